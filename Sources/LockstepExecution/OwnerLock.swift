internal import CLinux
internal import Glibc
internal import Synchronization

/// A kernel lock on a file that says: somebody looks after this. It goes with the process that holds it, however that ends.
///
/// Whether somebody holds it can be asked without taking it, so that asking keeps nobody from taking it. No process that is
/// started inherits it.
package final class OwnerLock: Sendable {
    /// -1 when it was given back.
    private let file: Mutex<Int32>

    private init(file: Int32) {
        self.file = Mutex(file)
    }

    deinit { release() }

    /// Gives the lock back; may be called more than once.
    package func release() {
        file.withLock { file in
            if file >= 0 { close(file) }
            file = -1
        }
    }

    /// Takes the lock.
    ///
    /// - Parameter path: Absolute path of the lock's file; made when it is not there, and stays.
    /// - Returns: Nil when somebody else holds it.
    /// - Throws: `STORAGE_ERROR` or `STORAGE_FULL` when the file cannot be used.
    package static func take(_ path: String) throws(ExecutionError) -> OwnerLock? {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
            guard file >= 0 else { throw .storage("make \(path)", code: errno) }
            let lock = OwnerLock(file: file)
            guard linux_lock_file(file) == 0 else {
                if errno == EAGAIN || errno == EACCES { return nil }
                throw .storage("lock \(path)", code: errno)
            }
            // Somebody may have removed the file between its opening and now; then the next one would lock another file.
            if isSame(file, path) { return lock }
        }
    }

    /// Whether somebody holds the lock now, this process included; not when there is no such file.
    package static func isHeld(_ path: String) -> Bool {
        let file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return false }
        defer { close(file) }
        return linux_is_file_locked(file) == 1
    }

    private static func isSame(_ file: Int32, _ path: String) -> Bool {
        var (mine, found) = (stat(), stat())
        return fstat(file, &mine) == 0 && lstat(path, &found) == 0 && mine.st_ino == found.st_ino
            && mine.st_dev == found.st_dev
    }
}
