internal import LockstepJSON
internal import LockstepModel

/// The variables at one point of a plan: values that are known, names of those that are not yet, and all others have none.
struct PlannedVariables {
    private(set) var values: [String: JSONValue] = [:]
    /// The runner's own are known only when there is a job.
    private(set) var open: Set<String> = ["actor", "job"]

    mutating func set(_ name: String, to value: JSONValue?) {
        open.remove(name)
        values[name] = value
    }

    mutating func set(_ name: String, to value: PlannedValue) {
        switch value {
        case .known(let value): set(name, to: value)
        case .waits: leaveOpen(name)
        }
    }

    mutating func leaveOpen(_ name: String) {
        open.insert(name)
        values[name] = nil
    }

    func value(of name: String) -> PlannedValue { open.contains(name) ? .waits([name]) : .known(values[name]) }

    /// The value of a mapping, when no variable that is not known yet has a part in it.
    ///
    /// A rule may have a value although it names such a variable: `and`, `or` and `if` do not look at everything.
    func value(of mapping: Mapping) throws(RuleError) -> PlannedValue {
        switch mapping {
        case .variable(let name): return value(of: name)
        case .literal(let value): return .known(value)
        case .rule(let rule):
            guard !rule.readsAnything else { return .waits(open.sorted()) }
            let reads = (rule.variables + rule.soughtVariables).filter { open.contains($0.name) }
            if !reads.isEmpty {
                let trace = rule.trace(in: values)
                if !trace.isWhole || trace.visits(Set(reads.map(\.pointer))) {
                    return .waits(mapping.waitingFor(open))
                }
            }
            return .known(try rule.value(in: values))
        }
    }
}

extension Mapping {
    /// The variables of a set that it may read, in the order in which they stand.
    func waitingFor(_ open: Set<String>) -> [String] {
        var seen: Set<String> = []
        switch self {
        case .variable(let name): return open.contains(name) ? [name] : []
        case .literal: return []
        case .rule(let rule):
            if rule.readsAnything { return open.sorted() }
            return (rule.variables + rule.soughtVariables).map(\.name).filter {
                open.contains($0) && seen.insert($0).inserted
            }
        }
    }
}

extension RuleTrace {
    /// Whether nothing was left out.
    fileprivate var isWhole: Bool { omitted == 0 && children.allSatisfy(\.isWhole) }

    /// Whether the sub-rule at one of these places was evaluated.
    fileprivate func visits(_ pointers: Set<JSONPointer>) -> Bool {
        pointers.contains(pointer) || children.contains { $0.visits(pointers) }
    }
}
