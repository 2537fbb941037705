import CLinux
import Glibc

/// The signals that the supervisor handles, read from a descriptor instead of interrupting it.
///
/// The mask that came from the runner is replaced, not added to: Foundation starts children with INT and TERM blocked.
struct SignalQueue {
    let descriptor: Int32

    /// `struct signalfd_siginfo` is 128 bytes and begins with the signal's number, 32 bits.
    private static let recordWords = 32

    init() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        signal(SIGCHLD, SIG_DFL)
        var handled = sigset_t()
        sigemptyset(&handled)
        for number in [SIGTERM, SIGINT, SIGQUIT, SIGCHLD] { sigaddset(&handled, number) }
        sigprocmask(SIG_SETMASK, &handled, nil)
        descriptor = signalfd(-1, &handled, O_CLOEXEC | O_NONBLOCK)
    }

    /// The signals that arrived since the last call, in order; children that ended are among them as SIGCHLD.
    func take() -> [Int32] {
        var taken: [Int32] = []
        var record = [UInt32](repeating: 0, count: Self.recordWords)
        while read(descriptor, &record, Self.recordWords * 4) == Self.recordWords * 4 { taken.append(Int32(record[0])) }
        return taken
    }
}
