internal import Foundation
internal import Glibc

/// The signals with which somebody asks a running command to stop: Ctrl-C, `kill`, a closed terminal.
enum StopSignals {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    /// The pipe through which the handler, which may do next to nothing, tells the rest of the program.
    private static let channel: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return (-1, -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }()

    /// Calls `onSignal` with 1 for the first signal, 2 for the second, and so on, from now to the end of the process.
    ///
    /// A signal that whoever started the program had ignored (`nohup`) stays ignored. The calls come from a thread of their
    /// own, which ends with the process.
    static func watch(_ onSignal: @escaping @Sendable (Int) -> Void) {
        let reading = channel.read
        Thread.detachNewThread {
            // Whoever started the program may have blocked them, and so may the threads of the runtime.
            var mask = sigset_t()
            sigemptyset(&mask)
            for number in numbers { sigaddset(&mask, number) }
            pthread_sigmask(SIG_UNBLOCK, &mask, nil)
            var count = 0
            var byte: UInt8 = 0
            while true {
                let result = read(reading, &byte, 1)
                if result < 0 && errno == EINTR { continue }
                guard result == 1 else { return }
                count += 1
                onSignal(count)
            }
        }
        for number in numbers {
            var former = sigaction()
            sigaction(number, nil, &former)
            if unsafeBitCast(former.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
            var action = sigaction()
            action.sa_flags = SA_RESTART
            action.__sigaction_handler.sa_handler = { _ in
                let saved = errno
                var byte: UInt8 = 1
                _ = write(StopSignals.channel.write, &byte, 1)
                errno = saved
            }
            sigaction(number, &action, nil)
        }
    }
}
