package import LockstepJSON

/// One thing that is wrong with a part of a definition, a rule or a schema, as it was written.
package struct SyntaxProblem: Sendable, Hashable {
    /// Where in the definition.
    package let pointer: JSONPointer
    /// Whether the member's name is wrong, not its value.
    package let concernsName: Bool
    package let message: String
    /// The right spelling, when one is near.
    package let suggestion: String?

    package init(pointer: JSONPointer, concernsName: Bool = false, message: String, suggestion: String? = nil) {
        self.pointer = pointer
        self.concernsName = concernsName
        self.message = message
        self.suggestion = suggestion
    }
}
