package import LockstepJSON

/// Where a tool parameter, a guard or a list gets its value from.
package enum Mapping: Sendable, Hashable {
    /// The variable of this name.
    case variable(String)
    /// The value itself.
    case literal(JSONValue)
    /// What a JSONLogic rule over all variables gives.
    case rule(Rule)

    /// Reads a mapping as a workflow file writes it.
    ///
    /// A string that names a variable is that variable; `{value: …}` is the value itself whatever it looks like; any other
    /// object with one key is a rule; any other scalar or list is itself.
    ///
    /// - Returns: Nil with everything that is wrong.
    package static func decode(
        _ json: JSONValue,
        variables: Set<String>,
        at pointer: JSONPointer
    ) -> (mapping: Mapping?, problems: [SyntaxProblem]) {
        switch json {
        // Names are ASCII, but some other characters count as equal to ASCII ones, such as U+212A, the Kelvin sign, to K.
        case .string(let name) where variables.contains(name) && name.utf8.allSatisfy({ $0 < 0x80 }):
            return (.variable(name), [])
        case .object(let object):
            if object.count == 1, let value = object["value"] { return (.literal(value), []) }
            guard object.count == 1 else {
                let message =
                    "an object here is a rule with one operator, such as {var: name}; write an object that is meant as it is "
                    + "as `{value: {…}}`"
                return (nil, [SyntaxProblem(pointer: pointer, message: message)])
            }
            let (rule, problems) = Rule.decode(json, at: pointer)
            return (rule.map { .rule($0) }, problems)
        default: return (.literal(json), [])
        }
    }

    /// The value, given all variables by name; nil when the variable has none.
    package func value(in variables: [String: JSONValue]) throws(RuleError) -> JSONValue? {
        switch self {
        case .variable(let name): variables[name]
        case .literal(let value): value
        case .rule(let rule): try rule.value(in: variables)
        }
    }
}
