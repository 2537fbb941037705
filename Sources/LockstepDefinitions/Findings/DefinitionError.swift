package import LockstepModel

/// Why a definition cannot be had: a code for programs, a message for a person, and what is wrong where.
package struct DefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: JobErrorCode
    package let message: String
    /// Sorted; empty when nothing was read.
    package let findings: [Finding]

    package init(_ code: JobErrorCode, _ message: String, findings: [Finding] = []) {
        self.code = code
        self.message = message
        self.findings = findings
    }

    /// The message, then every finding as the check command prints it.
    package var description: String {
        ([message] + findings.map(\.rendered)).joined(separator: "\n")
    }
}
