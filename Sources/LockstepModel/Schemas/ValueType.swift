/// A type that a value may be of; `file` and `directory` are Lockstep's, the others are JSON Schema's.
package enum ValueType: String, Sendable, Hashable, CaseIterable {
    case null
    case boolean
    case integer
    case number
    case string
    case array
    case object
    case file
    case directory
}

extension ValueType {
    /// The type with its article, for messages.
    package var shown: String {
        switch self {
        case .null: "null"
        case .array, .integer, .object: "an \(rawValue)"
        case .boolean, .directory, .file, .number, .string: "a \(rawValue)"
        }
    }

    /// `an integer`, `null or a string`.
    static func shown(_ types: Set<ValueType>) -> String {
        allCases.filter { types.contains($0) }.map(\.shown).joined(separator: " or ")
    }
}
