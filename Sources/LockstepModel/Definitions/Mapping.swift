package import LockstepJSON

/// Where a tool parameter gets its value from.
package enum Mapping: Sendable, Hashable {
    /// The variable of this name.
    case variable(String)
    /// The value itself.
    case literal(JSONValue)

    /// Reads a mapping as a workflow file writes it.
    ///
    /// A string that names a variable is that variable; `{value: …}` is the value itself whatever it looks like; any other
    /// scalar or list is itself. Nil for an object with any other key: rules are not part of this version.
    package init?(json: JSONValue, variables: Set<String>) {
        switch json {
        case .string(let name) where variables.contains(name): self = .variable(name)
        case .object(let object):
            guard object.count == 1, let value = object["value"] else { return nil }
            self = .literal(value)
        default: self = .literal(json)
        }
    }

    /// The value, given all variables by name; nil when the variable has none.
    package func value(in variables: [String: JSONValue]) -> JSONValue? {
        switch self {
        case .variable(let name): variables[name]
        case .literal(let value): value
        }
    }
}
