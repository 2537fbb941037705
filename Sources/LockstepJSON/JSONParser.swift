/// What a ``JSONParser`` builds from what it reads: plain values, or nodes that remember where they stood.
package protocol JSONBuilder {
    associatedtype Node
    mutating func scalar(_ value: JSONValue, at offset: Int) throws(JSONSyntaxError) -> Node
    mutating func array(_ items: [Node], at offset: Int) throws(JSONSyntaxError) -> Node
    mutating func object(_ members: [JSONMember<Node>], at offset: Int) throws(JSONSyntaxError) -> Node
}

/// One `"name": value` of an object as it was read, with the byte offset of the name.
package struct JSONMember<Node> {
    package let name: String
    package let offset: Int
    package let value: Node
}

/// Reads JSON text (RFC 8259) strictly: UTF-8 only, no comments, no trailing commas, bounded depth.
package struct JSONParser<Builder: JSONBuilder> {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var builder: Builder
    private var at = 0
    private var depth = 0

    package init(bytes: UnsafeBufferPointer<UInt8>, builder: Builder, maximumDepth: Int) {
        self.bytes = bytes
        self.builder = builder
        self.maximumDepth = maximumDepth
    }

    /// Reads one document that takes the whole text.
    package mutating func document() throws(JSONSyntaxError) -> (node: Builder.Node, builder: Builder) {
        let node = try first()
        skipSpace()
        if at < bytes.count { throw JSONSyntaxError("there is more text after the end of the JSON document", at: at) }
        return (node, builder)
    }

    /// Reads one document and leaves what follows it; ``offset`` then says where it ended.
    package mutating func first() throws(JSONSyntaxError) -> Builder.Node {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF, at == 0 { at = 3 }
        return try value()
    }

    package var offset: Int { at }

    private mutating func value() throws(JSONSyntaxError) -> Builder.Node {
        skipSpace()
        guard at < bytes.count else { throw JSONSyntaxError("the text ends where a value is expected", at: at) }
        let start = at
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""):
            let text = try string()
            return try builder.scalar(.string(text), at: start)
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let value = try number()
            return try builder.scalar(value, at: start)
        default:
            throw JSONSyntaxError("a value cannot begin with \(named(bytes[at]))", at: at)
        }
    }

    private mutating func object() throws(JSONSyntaxError) -> Builder.Node {
        let start = at
        try enter()
        var members: [JSONMember<Builder.Node>] = []
        skipSpace()
        if take(UInt8(ascii: "}")) {
            depth -= 1
            return try builder.object(members, at: start)
        }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw JSONSyntaxError("a member name in double quotes is expected here", at: at)
            }
            let nameOffset = at
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else {
                throw JSONSyntaxError("a colon is expected after the name \"\(name)\"", at: at)
            }
            members.append(JSONMember(name: name, offset: nameOffset, value: try value()))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else {
                throw JSONSyntaxError("a comma or } is expected here; the object began at byte \(start)", at: at)
            }
            depth -= 1
            return try builder.object(members, at: start)
        }
    }

    private mutating func array() throws(JSONSyntaxError) -> Builder.Node {
        let start = at
        try enter()
        var items: [Builder.Node] = []
        skipSpace()
        if take(UInt8(ascii: "]")) {
            depth -= 1
            return try builder.array(items, at: start)
        }
        while true {
            items.append(try value())
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else {
                throw JSONSyntaxError("a comma or ] is expected here; the array began at byte \(start)", at: at)
            }
            depth -= 1
            return try builder.array(items, at: start)
        }
    }

    private mutating func enter() throws(JSONSyntaxError) {
        depth += 1
        if depth > maximumDepth {
            throw JSONSyntaxError("values are nested deeper than \(maximumDepth) levels", at: at)
        }
        at += 1
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> Builder.Node {
        let start = at
        let matches = word.withUTF8Buffer { word in
            at + word.count <= bytes.count && word.indices.allSatisfy { bytes[at + $0] == word[$0] }
        }
        guard matches else { throw JSONSyntaxError("expected \(word) here", at: at) }
        at += word.utf8CodeUnitCount
        return try builder.scalar(value, at: start)
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = at
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if at < bytes.count, isDigit(bytes[at]) {
            throw JSONSyntaxError("a number must not begin with 0", at: start)
        }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole {
            guard let whole = Int64(text) else {
                throw JSONSyntaxError("the whole number \(text) does not fit 64 bits; write it as a string", at: start)
            }
            return .integer(whole)
        }
        guard let number = Double(text), number.isFinite else {
            throw JSONSyntaxError("the number \(text) is too large; write it as a string", at: start)
        }
        return .number(number)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        guard at < bytes.count, isDigit(bytes[at]) else { throw JSONSyntaxError("a digit is expected here", at: at) }
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        let start = at
        at += 1
        let from = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 {
            at += 1
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
            defer { at += 1 }
            return try text(UnsafeBufferPointer(rebasing: bytes[from..<at]), at: start)
        }
        var buffer = Array(bytes[from..<at])
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                return try buffer.withUnsafeBufferPointer { (all) throws(JSONSyntaxError) in try text(all, at: start) }
            case UInt8(ascii: "\\"): try escape(into: &buffer)
            case 0..<0x20:
                throw JSONSyntaxError("a string must not hold \(named(byte)); write it as an escape", at: at)
            default:
                buffer.append(byte)
                at += 1
            }
        }
        throw JSONSyntaxError("the string that begins here has no closing quote", at: start)
    }

    private func text(_ utf8: UnsafeBufferPointer<UInt8>, at offset: Int) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw JSONSyntaxError("the string is not valid UTF-8", at: offset)
        }
        return text
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(JSONSyntaxError) {
        let start = at
        guard at + 1 < bytes.count else { throw JSONSyntaxError("the text ends inside an escape", at: at) }
        let letter = bytes[at + 1]
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(letter)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try codeUnit(escapeAt: start))
            if (0xD800..<0xDC00).contains(code), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
                bytes[at + 1] == UInt8(ascii: "u")
            {
                at += 2
                let low = UInt32(try codeUnit(escapeAt: start))
                if (0xDC00..<0xE000).contains(low) { code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) }
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw JSONSyntaxError("the escape names half a surrogate pair, which is no character", at: start)
            }
            buffer.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw JSONSyntaxError("\\\(named(letter)) is not an escape that JSON knows", at: start)
        }
    }

    private mutating func codeUnit(escapeAt start: Int) throws(JSONSyntaxError) -> UInt16 {
        guard at + 4 <= bytes.count, bytes[at..<at + 4].allSatisfy({ isHexDigit($0) }),
            let unit = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw JSONSyntaxError("\\u needs four hexadecimal digits", at: start) }
        at += 4
        return unit
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
    }

    private func named(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F
            ? "'\(Character(Unicode.Scalar(byte)))'" : "the byte 0x\(String(byte, radix: 16, uppercase: true))"
    }
}
