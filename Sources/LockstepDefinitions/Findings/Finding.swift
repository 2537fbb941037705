package import LockstepJSON

/// One thing that is wrong with a definition file, and where.
package struct Finding: Sendable, Hashable {
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The definition cannot be used.
        case error
        /// The definition can be used, but probably does not do what its author meant.
        case warning
    }

    /// Relative to the project folder where the file is below it.
    package let file: String
    /// Nil when the file as a whole is meant.
    package let position: TextPosition?
    package let severity: Severity
    package let message: String
    /// The line of the file that the position is in.
    package let sourceLine: String?
    /// The right name, when one is near.
    package let suggestion: String?

    package init(
        file: String,
        position: TextPosition? = nil,
        severity: Severity = .error,
        message: String,
        sourceLine: String? = nil,
        suggestion: String? = nil
    ) {
        self.file = file
        self.position = position
        self.severity = severity
        self.message = message
        self.sourceLine = sourceLine
        self.suggestion = suggestion
    }

    package var isError: Bool { severity == .error }
}

extension Finding: Comparable {
    /// By file, line, column, then message.
    package static func < (one: Finding, other: Finding) -> Bool {
        let left = (one.file, one.position?.line ?? 0, one.position?.column ?? 0, one.message)
        return left < (other.file, other.position?.line ?? 0, other.position?.column ?? 0, other.message)
    }
}
