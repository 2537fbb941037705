/// Writes JSON text: compact, indented for people, or canonical for hashing.
package struct JSONWriter: Sendable {
    /// How the text looks.
    package enum Style: Sendable {
        /// One line, no spaces.
        case compact
        /// Two spaces a level, one member a line.
        case pretty
        /// Compact with the members of every object sorted by the bytes of their names.
        case canonical
    }

    private let style: Style
    private var out: [UInt8] = []

    private init(style: Style) {
        self.style = style
    }

    package static func bytes(_ value: JSONValue, style: Style = .compact) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(value, indent: 0)
        return writer.out
    }

    package static func text(_ value: JSONValue, style: Style = .compact) -> String {
        String(decoding: bytes(value, style: style), as: UTF8.self)
    }

    private mutating func write(_ value: JSONValue, indent: Int) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .integer(let whole): append(String(whole))
        case .number(let number): append(number)
        case .string(let text): append(quoted: text)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                separate(first: index == 0, indent: indent + 1)
                write(item, indent: indent + 1)
            }
            close("]", empty: items.isEmpty, indent: indent)
        case .object(let object):
            out.append(UInt8(ascii: "{"))
            var first = true
            for (name, value) in ordered(object) {
                separate(first: first, indent: indent + 1)
                first = false
                append(quoted: name)
                append(style == .pretty ? ": " : ":")
                write(value, indent: indent + 1)
            }
            close("}", empty: object.isEmpty, indent: indent)
        }
    }

    private func ordered(_ object: JSONObject) -> [(name: String, value: JSONValue)] {
        let members = Array(object)
        return style == .canonical ? members.sorted { JSONKey($0.name) < JSONKey($1.name) } : members
    }

    private mutating func separate(first: Bool, indent: Int) {
        if !first { out.append(UInt8(ascii: ",")) }
        breakLine(indent)
    }

    private mutating func close(_ bracket: String, empty: Bool, indent: Int) {
        if !empty { breakLine(indent) }
        append(bracket)
    }

    private mutating func breakLine(_ indent: Int) {
        guard style == .pretty else { return }
        out.append(UInt8(ascii: "\n"))
        out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * 2))
    }

    private mutating func append(_ text: String) {
        out.append(contentsOf: text.utf8)
    }

    /// JSON has no infinity; a value that came from a document never is one, a computed one becomes null.
    private mutating func append(_ number: Double) {
        guard number.isFinite else { return append("null") }
        if let whole = Int64(exactly: number), abs(number) < 9_007_199_254_740_992 {
            append(number.sign == .minus && whole == 0 ? "-0.0" : "\(whole).0")
        } else {
            append(number.description)
        }
    }

    private mutating func append(quoted text: String) {
        if style == .pretty, text.unicodeScalars.contains(where: Self.steersTerminal) {
            return appendForPeople(quoted: text)
        }
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x08: append("\\b")
            case 0x0C: append("\\f")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20, 0x7F:
                append("\\u00")
                append(byte < 0x10 ? "0" : "")
                append(String(byte, radix: 16))
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Text that a person reads: what would steer a terminal beyond ASCII is escaped as well, and means the same.
    private mutating func appendForPeople(quoted text: String) {
        out.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            var piece = JSONWriter(style: .compact)
            piece.append(quoted: String(scalar))
            if Self.steersTerminal(scalar) {
                let digits = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            } else {
                out += piece.out.dropFirst().dropLast()
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    /// The control characters of ISO 6429 behind ASCII, and those that turn the direction of text.
    private static func steersTerminal(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
        default: false
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// Compact JSON text.
    package var description: String { JSONWriter.text(self) }
}
