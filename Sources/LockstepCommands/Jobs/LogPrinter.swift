internal import Glibc
internal import LockstepModel

/// One stream of one attempt.
struct LogFile: Hashable {
    enum Stream: String, CaseIterable {
        case output = "stdout"
        case errors = "stderr"
    }

    let title: String
    let path: String
    let attempt: Attempt
    let stream: Stream
}

/// Prints log files as they grow, each byte once.
struct LogPrinter {
    private let console: Console
    private var offsets: [String: Int64] = [:]
    private var current: LogFile?
    /// The bytes of a line that has not ended, which cannot be judged yet.
    private var pending: [UInt8] = []

    init(console: Console) {
        self.console = console
    }

    /// Whether nothing was printed so far.
    private(set) var isEmpty = true

    /// Prints what the files have now and had not before.
    mutating func print(_ logs: [LogFile], withHeadings: Bool) throws(CommandFailure) {
        for log in logs { try print(log, withHeading: withHeadings) }
    }

    /// Prints a last line that has no end.
    mutating func finish() throws(CommandFailure) {
        try flush()
    }

    /// What a log has now, as text; empty when the tool has not written it yet.
    static func text(of log: LogFile) -> String {
        var bytes: [UInt8] = []
        read(log, from: 0) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Hands over what stands behind an offset, in pieces.
    private static func read<Failure: Error>(
        _ log: LogFile,
        from start: Int64,
        _ body: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let file = open(log.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return }
        defer { close(file) }
        var offset = start
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(file, &chunk, chunk.count, off_t(offset))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            offset += Int64(count)
            try body(chunk[..<count])
        }
    }

    private mutating func print(_ log: LogFile, withHeading: Bool) throws(CommandFailure) {
        try Self.read(log, from: offsets[log.path, default: 0]) { (bytes) throws(CommandFailure) in
            offsets[log.path, default: 0] += Int64(bytes.count)
            if current != log {
                try flush()
                if withHeading { console.note("==> \(log.title.onOneLine) <==") }
                current = log
            }
            isEmpty = false
            try emit(bytes)
        }
    }

    private mutating func emit(_ bytes: ArraySlice<UInt8>) throws(CommandFailure) {
        guard console.output.isTerminal else { return try console.output.write(bytes) }
        pending += bytes
        guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) ?? (pending.count > 1 << 16 ? pending.count - 1 : nil)
        else { return }
        let whole = pending[...end]
        try console.output.write(String(decoding: whole, as: UTF8.self).harmlessLines)
        pending.removeSubrange(...end)
    }

    private mutating func flush() throws(CommandFailure) {
        guard !pending.isEmpty else { return }
        try console.output.write(String(decoding: pending, as: UTF8.self).harmlessLines + "\n")
        pending = []
    }
}
