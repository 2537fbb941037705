package import LockstepModel

/// The store could not do its work.
package struct StoreError: Error, Sendable, Hashable {
    /// `STORAGE_FULL`, `STORAGE_ERROR`, `RESOURCE_LIMIT` or one of the not-found codes.
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
