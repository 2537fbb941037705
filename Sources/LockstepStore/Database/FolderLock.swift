internal import Glibc
internal import LockstepModel

/// A kernel lock that one process at a time holds while it opens a database: two that find a new one must not both set it up.
///
/// Held until the value goes, and released by the kernel when its process dies.
final class FolderLock {
    private let file: Int32

    /// Waits until nobody else holds it.
    ///
    /// - Parameter path: Absolute path of the lock file; it is made when it is not there, and stays.
    init(path: String) throws(StoreError) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            throw errno == ENOSPC || errno == EDQUOT
                ? StoreError(.storageFull, "The disk is full: there is no room for \(path). Free some space.")
                : StoreError(
                    .storageError,
                    "\(path) cannot be written: \(reason). Check who owns its folder, and that its disk is not read-only.",
                    cause: reason
                )
        }
        while flock(file, LOCK_EX) != 0 && errno == EINTR {}
    }

    deinit { close(file) }
}
