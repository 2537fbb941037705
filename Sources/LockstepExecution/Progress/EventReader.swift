internal import Glibc
internal import LockstepJSON
internal import LockstepModel

/// Reads the progress protocol: one JSON object a line, with `progress`, `message`, `cost` or `checkpoint`.
///
/// The file is the tool's, so everything about it is bounded and nothing in it is an error.
struct EventReader {
    /// 0 to 100; never goes back.
    private(set) var percent: Int?
    /// All costs together; nil when the tool reported none.
    private(set) var cost: Money?
    /// The last one that the tool reported.
    private(set) var checkpoint: JSONValue?
    /// Lines that were no JSON object or too long, and costs that are no amount.
    private(set) var malformedLines = 0

    private let path: String
    private let screen: SecretScreen
    private var offset = 0
    private var pending: [UInt8] = []
    private var isInLongLine = false
    private var message: String?

    private static let totalLimit = 1 << 20
    private static let lineLimit = 64 << 10

    init(path: String, screen: SecretScreen = SecretScreen()) {
        self.path = path
        self.screen = screen
    }

    /// Takes the whole lines that were added.
    mutating func read() {
        guard offset < Self.totalLimit else { return }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_size > offset else { return }
        let bytes = SmallFile.read(descriptor: file, from: offset, limit: Self.totalLimit - offset)
        offset += bytes.count
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            take(piece)
            endLine()
        }
        take(bytes[(bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)...])
    }

    /// Everything that a tool reported which has ended; its last line may lack its end.
    static func whole(path: String, screen: SecretScreen = SecretScreen()) -> EventReader {
        var reader = EventReader(path: path, screen: screen)
        reader.read()
        reader.endLine()
        return reader
    }

    /// The last message since the last call.
    mutating func takeMessage() -> String? {
        defer { message = nil }
        return message
    }

    private mutating func take(_ piece: ArraySlice<UInt8>) {
        if pending.count + piece.count > Self.lineLimit { isInLongLine = true }
        pending = isInLongLine ? [] : pending + piece
    }

    private mutating func endLine() {
        defer {
            pending = []
            isInLongLine = false
        }
        guard !isInLongLine, let json = try? JSONValue(parsing: pending), let event = json.objectValue else {
            if isInLongLine || !pending.isEmpty { malformedLines += 1 }
            return
        }
        if let number = event["progress"]?.doubleValue, number.isFinite {
            percent = max(percent ?? 0, Int(min(max(number, 0), 100)))
        }
        if let amount = event["cost"] { add(cost: amount) }
        checkpoint = event["checkpoint"].map(screen.value) ?? checkpoint
        if screen.isComplete, let text = event["message"]?.stringValue {
            message = PlainText.line(screen.text(text).utf8)
        }
    }

    /// Money is text or a whole number; a binary fraction is not what anybody meant.
    private mutating func add(cost amount: JSONValue) {
        let text = amount.stringValue ?? amount.integerValue.map { String($0) }
        guard let money = text.flatMap({ Money(parsing: $0) }),
            let sum = Money(parsing: ((cost ?? .zero) + money).description)
        else {
            malformedLines += 1
            return
        }
        cost = sum
    }
}
