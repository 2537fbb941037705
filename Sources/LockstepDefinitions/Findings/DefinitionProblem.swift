package import LockstepJSON
internal import LockstepModel

/// One thing that is wrong with a definition, by its place in the document; a ``Finding`` once the file is known.
package struct DefinitionProblem: Sendable, Hashable {
    package let pointer: JSONPointer
    /// Whether the member's name is wrong, not its value.
    package let concernsName: Bool
    package let severity: Finding.Severity
    package let message: String
    package let suggestion: String?

    package init(
        _ pointer: JSONPointer,
        _ message: String,
        concernsName: Bool = false,
        severity: Finding.Severity = .error,
        suggestion: String? = nil
    ) {
        self.pointer = pointer
        self.concernsName = concernsName
        self.severity = severity
        self.message = message
        self.suggestion = suggestion
    }
}
