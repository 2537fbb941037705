package import LockstepModel

/// The runner could not do its work for a step; a failed step is a ``StepOutcome``, not this.
package struct ExecutionError: Error, Sendable, Hashable {
    /// `SANDBOX_UNAVAILABLE`, `STORAGE_FULL` or `STORAGE_ERROR`.
    package let code: JobErrorCode
    /// For a person; says what to do next.
    package let message: String
    /// What the system said, for the log.
    package let cause: String?

    package init(_ code: JobErrorCode, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}
