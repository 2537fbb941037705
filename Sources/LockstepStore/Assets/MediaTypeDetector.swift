internal import CMagic
internal import LockstepModel
internal import Synchronization

/// Finds the MIME type of bytes from their content, with libmagic.
package final class MediaTypeDetector: Sendable {
    /// libmagic's handle; one thread may use it at a time.
    private struct Handle: @unchecked Sendable {
        // Safe to pass between threads: it is only touched inside the mutex.
        let cookie: magic_t
    }

    private let handle: Mutex<Handle>

    /// - Throws: `SANDBOX_UNAVAILABLE` when libmagic's database cannot be read.
    package init() throws(StoreError) {
        guard let cookie = magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR | MAGIC_NO_CHECK_COMPRESS) else {
            throw StoreError(.sandboxUnavailable, "libmagic could not be started: there is no memory for it.")
        }
        guard magic_load(cookie, nil) == 0 else {
            let cause = magic_error(cookie).map { String(cString: $0) }
            magic_close(cookie)
            throw StoreError(
                .sandboxUnavailable,
                "libmagic's database cannot be read. Install it: apt-get install libmagic1",
                cause: cause
            )
        }
        handle = Mutex(Handle(cookie: cookie))
    }

    deinit {
        handle.withLock { magic_close($0.cookie) }
    }

    /// The type of the bytes that a descriptor shows, for example `application/pdf`; `application/octet-stream` when unknown.
    ///
    /// The descriptor must be a regular file; its reading position is where it was afterwards.
    package func mediaType(ofDescriptor descriptor: Int32) -> String {
        handle.withLock { handle in
            magic_descriptor(handle.cookie, descriptor).map { String(cString: $0) } ?? "application/octet-stream"
        }
    }
}
