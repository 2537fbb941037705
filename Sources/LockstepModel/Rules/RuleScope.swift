import LockstepJSON

/// What a rule can read at one place.
enum RuleScope {
    case variables([String: JSONValue])
    case value(JSONValue)
    /// In the second value of a `reduce`.
    case pair(accumulator: JSONValue, current: JSONValue)

    /// The value at a path; nil when the path leads nowhere. A null there is a value.
    func value(at path: RulePath) -> JSONValue? {
        guard let first = path.steps.first else { return everything }
        switch self {
        case .variables(let variables):
            // A dictionary takes the NFC and NFD spellings of a name for one; names are compared by code unit here.
            guard let index = variables.index(forKey: first.name) else { return nil }
            let found = variables[index]
            guard found.key.utf8.elementsEqual(first.name.utf8) else { return nil }
            return path.steps.count == 1 ? found.value : path.value(in: found.value, from: 1)
        case .value(let value): return path.value(in: value)
        case .pair(let accumulator, let current):
            switch first.name {
            case "accumulator": return path.value(in: accumulator, from: 1)
            case "current": return path.value(in: current, from: 1)
            default: return nil
            }
        }
    }

    /// All that can be read as one value; variables in the order of their names, so that it is always the same.
    private var everything: JSONValue {
        switch self {
        case .variables(let variables):
            .object(JSONObject(variables.sorted { JSONKey($0.key) < JSONKey($1.key) }.map { ($0.key, $0.value) }))
        case .value(let value): value
        case .pair(let accumulator, let current): ["current": current, "accumulator": accumulator]
        }
    }
}
