internal import Glibc
internal import LockstepModel

/// An attempt's lock, as a runner sees it that did not start the attempt.
///
/// Whoever takes it has the last word: the order is removed then, so that a supervisor that was started but has not got
/// as far as the lock finds nothing to do. It takes the lock before it reads the order.
final class AttemptClaim: Sendable {
    private let file: Int32
    private let layout: AttemptLayout

    /// - Throws: ``Absent`` when there is no folder or the lock is no file that a supervisor made.
    init(_ layout: AttemptLayout) throws(Absent) {
        self.layout = layout
        file = open(layout.lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
        guard file >= 0 else {
            let code = errno
            throw Absent(
                reason: code == ENOENT
                    ? "its process had not been started"
                    : "its lock cannot be used: \(String(cString: strerror(code)))",
                code: code
            )
        }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw Absent(reason: "its lock is not what a supervisor makes", code: EINVAL)
        }
    }

    deinit { if file >= 0 { close(file) } }

    /// There is no lock that could be held.
    struct Absent: Error {
        /// A clause about the attempt, for a person.
        let reason: String
        let code: Int32
    }

    /// Takes the lock when nobody holds it, and keeps it.
    func take() -> Bool {
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return false }
        Self.removeOrder(layout)
        return true
    }

    /// Keeps every supervisor that has not begun from beginning.
    static func removeOrder(_ layout: AttemptLayout) { unlink(layout.launch) }
}
