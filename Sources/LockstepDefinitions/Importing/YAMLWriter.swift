internal import LockstepJSON

/// Writes definitions as YAML that people read and change: one member a line, small lists and objects within a line.
///
/// What it writes is read back as the same value. Only the part of YAML that definitions need is written: plain and
/// double-quoted scalars, literal blocks for text of several lines, and collections in blocks or within a line.
struct YAMLWriter {
    private var lines: [String] = []

    /// A collection that is longer than this is written one item a line.
    private static let widestLine = 100

    static func text(_ value: JSONValue) -> String {
        var writer = YAMLWriter()
        switch value {
        case .object(let object) where !object.isEmpty: writer.block(object, indent: 0)
        case .array(let items) where !items.isEmpty: writer.block(items, indent: 0)
        default: writer.lines.append(flow(value))
        }
        return writer.lines.joined(separator: "\n") + "\n"
    }

    private mutating func block(_ object: JSONObject, indent: Int) {
        for (name, value) in object {
            member("\(Self.spaces(indent))\(Self.scalar(name)):", value, indent: indent)
        }
    }

    private mutating func block(_ items: [JSONValue], indent: Int) {
        for item in items { member("\(Self.spaces(indent))-", item, indent: indent) }
    }

    private mutating func member(_ start: String, _ value: JSONValue, indent: Int) {
        if case .string(let text) = value, Self.isBlock(text) {
            lines.append("\(start) |\(text.hasSuffix("\n") ? "" : "-")")
            let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
            for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
                lines.append(line.isEmpty ? "" : Self.spaces(indent + 2) + line)
            }
            return
        }
        let flow = Self.flow(value)
        if !Self.wantsBlock(value, depth: indent / 2), start.count + flow.count < Self.widestLine {
            lines.append("\(start) \(flow)")
            return
        }
        switch value {
        case .object(let object) where !object.isEmpty:
            lines.append(start)
            block(object, indent: indent + 2)
        case .array(let items) where !items.isEmpty:
            lines.append(start)
            block(items, indent: indent + 2)
        default: lines.append("\(start) \(flow)")
        }
    }

    /// The outer two levels are always written one member a line, and so is what holds a text of several lines.
    private static func wantsBlock(_ value: JSONValue, depth: Int) -> Bool {
        switch value {
        case .object(let object):
            !object.isEmpty
                && (depth == 0 && object.contains { $0.value.objectValue != nil }
                    || object.contains { holdsLines($0.value) })
        case .array(let items): items.contains { holdsLines($0) }
        default: false
        }
    }

    private static func holdsLines(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): isBlock(text)
        case .array(let items): items.contains { holdsLines($0) }
        case .object(let object): object.contains { holdsLines($0.value) }
        default: false
        }
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    // MARK: - Within a line

    private static func flow(_ value: JSONValue) -> String {
        switch value {
        case .array(let items): "[\(items.map { flow($0) }.joined(separator: ", "))]"
        case .object(let object):
            object.isEmpty
                ? "{}" : "{ \(object.map { "\(scalar($0.name)): \(flow($0.value))" }.joined(separator: ", ")) }"
        case .string(let text): scalar(text)
        // YAML's numbers are JSON's, but a whole one must not become one with a fraction.
        default: JSONWriter.text(value)
        }
    }

    /// A text, in quotes unless it means itself without them wherever it stands.
    private static func scalar(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    /// Letters, digits and a few signs that begin nothing in YAML, and no word that means something else.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "_")
        else { return false }
        let isSimple = text.utf8.allSatisfy { byte in
            isLetter(byte) || (0x30...0x39).contains(byte) || " _-./+@()=;".utf8.contains(byte)
        }
        guard isSimple, !text.hasSuffix(" "), !foreignWords.contains(text.lowercased()) else { return false }
        return (try? YAMLScalar.value(ofPlain: text)) == .string(text)
    }

    /// Words that older readers of YAML take for something else than text.
    private static let foreignWords: Set = ["y", "n", "yes", "no", "on", "off"]

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// Double quotes with JSON's escapes, which are YAML's too; what YAML does not let stand in a text is escaped.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                let length = scalar.value > 0xFFFF ? 8 : 4
                quoted += (length == 8 ? "\\U" : "\\u") + String(repeating: "0", count: length - digits.count) + digits
            }
        }
        return quoted + "\""
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }

    /// Whether a text can stand as a literal block: several lines of printable characters that do not begin with a space.
    private static func isBlock(_ text: String) -> Bool {
        let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
        guard body.contains("\n"), !body.hasSuffix("\n"), let first = body.first, first != " ", first != "\n" else {
            return false
        }
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        return body.unicodeScalars.allSatisfy { isPrintable($0) || $0 == "\n" }
            && lines.allSatisfy { !$0.hasSuffix(" ") }
    }
}
