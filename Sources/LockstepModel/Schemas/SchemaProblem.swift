package import LockstepJSON

/// One thing that is wrong with a schema as it was written.
package struct SchemaProblem: Sendable, Hashable {
    /// Where in the document that the schema is part of.
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

/// Everything that is wrong with a schema, in the order it was written; references come after the rest.
package struct InvalidSchema: Error, Sendable, Hashable {
    package let problems: [SchemaProblem]
}
