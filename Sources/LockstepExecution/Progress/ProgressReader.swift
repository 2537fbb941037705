internal import Glibc
internal import LockstepModel

/// Follows what a running tool says: the last lines of its logs and its progress events.
///
/// Reads only the last few KiB at a time, so a tool that writes much costs no more than one that writes little.
struct ProgressReader {
    private let layout: AttemptLayout
    private var events: EventReader
    private let pattern: ProgressPattern?
    private var last = StepProgress()

    /// - Parameter pattern: See ``Tool/progressPattern``.
    init(layout: AttemptLayout, pattern: String? = nil, screen: SecretScreen = SecretScreen()) {
        self.layout = layout
        self.pattern = pattern.flatMap { ProgressPattern($0) }
        events = EventReader(path: layout.events, screen: screen)
    }

    /// What is new since the last call; nil when nothing is.
    mutating func read() -> StepProgress? {
        var progress = last
        events.read()
        let line = lastLine()
        let percents = [events.percent, line.flatMap { pattern?.percent(in: $0) }, last.percent]
        progress.percent = percents.compactMap(\.self).max()
        progress.liveOutput = newest(line: line) ?? last.liveOutput
        guard progress != last else { return nil }
        last = progress
        return progress
    }

    /// The last non-empty line of either stream, the one that was written to last.
    func lastLine() -> String? {
        let logs = [StandardStream.stdout, .stderr].compactMap { LogTail(path: layout.log($0)) }
            .sorted { $0.modified > $1.modified }
        return logs.lazy.compactMap(\.lastLine).first
    }

    /// A message of the tool counts until it writes another line.
    private mutating func newest(line: String?) -> String? {
        if let message = events.takeMessage() {
            lineAtMessage = line
            return message
        }
        guard line != lineAtMessage else { return nil }
        lineAtMessage = line
        return line
    }

    private var lineAtMessage: String?
}

/// The end of one log.
struct LogTail {
    /// Nanoseconds since 1970 of the last write.
    let modified: Int64
    let lastLine: String?

    /// Enough for a line of 200 characters with escape sequences in it.
    private static let limit = 4096

    init?(path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0 else { return nil }
        modified = Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
        guard facts.st_size > 0 else {
            lastLine = nil
            return
        }
        let bytes = SmallFile.read(descriptor: file, from: max(0, Int(facts.st_size) - Self.limit), limit: Self.limit)
        // A carriage return ends a line too: programs draw their progress bars with it.
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        lastLine = lines.reversed().lazy.map { PlainText.line($0) }.first { !$0.isEmpty }
    }
}
