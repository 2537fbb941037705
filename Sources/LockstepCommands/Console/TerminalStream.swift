internal import Glibc
internal import LockstepModel

/// Standard output or standard error, and what is known of the terminal behind it.
package struct TerminalStream: Sendable {
    package let descriptor: Int32
    package let isTerminal: Bool
    /// Whether lines may be redrawn in place.
    package let canRedraw: Bool
    package let painter: Painter

    package init(descriptor: Int32, environment: [String: String]) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
        let isDumb = ["", "dumb"].contains(environment["TERM"] ?? "")
        canRedraw = isTerminal && !isDumb
        painter = Painter(isEnabled: canRedraw && (environment["NO_COLOR"] ?? "").isEmpty)
    }

    /// The columns of the terminal now; nil when this is none, so that nothing is cut or wrapped in a file or a pipe.
    package var width: Int? { isTerminal ? size.columns : nil }

    /// The size of the terminal now; 80 × 24 when it does not say.
    package var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (max(20, Int(size.ws_col)), size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    /// Writes everything.
    ///
    /// A reader that went away (`lockstep jobs list | head -1`) is no error: what is left is dropped and the command goes on,
    /// because a running job must not end for that.
    ///
    /// - Throws: `STORAGE_FULL` or `STORAGE_ERROR` when the bytes cannot be kept, on a full disk for example.
    package func write(_ bytes: some Sequence<UInt8>) throws(CommandFailure) {
        let bytes = Array(bytes)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if count >= 0 {
                done += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, 1000)
            case EPIPE, EIO, EBADF: return
            default:
                throw CommandFailure(
                    errno == ENOSPC ? .storageFull : .storageError,
                    "The output could not be written: \(String(cString: strerror(errno))). Send it somewhere else."
                )
            }
        }
    }

    package func write(_ text: String) throws(CommandFailure) {
        try write(text.utf8)
    }
}
