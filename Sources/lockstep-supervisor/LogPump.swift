import CLinux
import Glibc
import LockstepMasking

/// Moves one stream of the tool into its log, keeps at most so much of it, and drains the rest.
///
/// A pipe stands between tool and log because a log that the tool holds open could be truncated by it.
struct LogPump {
    let source: Int32
    private let log: Int32
    private let limit: Int64
    private let notice: String

    /// What the tool wrote, kept or not.
    private(set) var bytes: Int64 = 0
    private(set) var isTruncated = false
    private(set) var hasEnded = false
    /// Why the log could not be written, as an error number; the stream is drained all the same.
    private(set) var writeError: Int32 = 0
    private var endsWithLineBreak = true
    /// Nil when the step has no secrets; nothing else is done then.
    private var masker: SecretMasker?
    /// Until when bytes are held back that may be the beginning of a secret.
    private var heldUntil: Int64?

    private static let patienceMilliseconds: Int64 = 100

    init(
        source: Int32,
        name: String,
        folder: Int32,
        limit: Int64,
        notice: String,
        secrets: SecretPatterns?
    ) throws(SupervisorFailure) {
        let log = linux_openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard log >= 0 else { throw SupervisorFailure("\(name) cannot be made", code: errno) }
        self.source = source
        self.log = log
        self.limit = limit
        self.notice = notice
        masker = secrets.map(SecretMasker.init)
    }

    /// Whether a secret was in what the tool wrote.
    var hasMasked: Bool { masker?.hasMasked == true }

    /// When ``pump(buffer:)`` should be called again though nothing came, on the monotonic clock.
    var nextLook: Int64? { heldUntil }

    /// Moves what is there, at most sixteen buffers of it, so that a fast tool cannot keep the supervisor from its other work.
    mutating func pump(buffer: UnsafeMutableRawBufferPointer) {
        for _ in 0..<16 where !hasEnded {
            let count = read(source, buffer.baseAddress, buffer.count)
            if count == 0 {
                end()
            } else if count > 0 {
                let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                if masker == nil { take(piece) } else { mask(piece) }
            } else if errno == EAGAIN {
                return showHeld()
            } else if errno != EINTR {
                end()
            }
        }
    }

    private mutating func end() {
        hasEnded = true
        heldUntil = nil
        guard var masker else { return }
        masker.finish { take($0) }
        self.masker = masker
    }

    private mutating func mask(_ piece: UnsafeRawBufferPointer) {
        guard var masker else { return }
        // Held once: a copy of what is held back would be made otherwise.
        self.masker = nil
        masker.take(piece) { take($0) }
        heldUntil = masker.isHoldingHarmless ? monotonicMilliseconds() + Self.patienceMilliseconds : nil
        self.masker = masker
    }

    /// Shows what was held back long enough, so that a prompt is seen before it is answered.
    private mutating func showHeld() {
        guard let heldUntil, monotonicMilliseconds() >= heldUntil, var masker else { return }
        self.heldUntil = nil
        masker.pause { take($0) }
        self.masker = masker
    }

    private mutating func take(_ piece: UnsafeRawBufferPointer) {
        let room = max(0, limit - bytes)
        bytes += Int64(piece.count)
        guard writeError == 0, !isTruncated else { return }
        let kept = UnsafeRawBufferPointer(rebasing: piece[..<Int(min(Int64(piece.count), room))])
        if let last = kept.last { endsWithLineBreak = last == UInt8(ascii: "\n") }
        var isWritten = writeAll(kept, to: log)
        if kept.count < piece.count {
            isTruncated = true
            let line = (endsWithLineBreak ? "" : "\n") + notice + "\n"
            isWritten = isWritten && Array(line.utf8).withUnsafeBytes { writeAll($0, to: log) }
        }
        if !isWritten { writeError = errno }
    }
}
