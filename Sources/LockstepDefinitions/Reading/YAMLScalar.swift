internal import LockstepJSON

/// The YAML 1.2 core schema: what a scalar without quotes means.
enum YAMLScalar {
    struct Failure: Error {
        /// For a person.
        let message: String
    }

    static func value(ofPlain text: String) throws(Failure) -> JSONValue {
        // Most are words that begin like none of these.
        guard let letter = text.utf8.first else { return .null }
        guard letter < UInt8(ascii: "A") || "~nNtTfF".utf8.contains(letter) else { return .string(text) }
        switch text {
        case "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default: break
        }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, isDigit(first) || first == UInt8(ascii: ".") || isSign(first) else {
            return .string(text)
        }
        let digits = bytes.dropFirst(isSign(first) ? 1 : 0)
        switch String(decoding: digits, as: UTF8.self) {
        case ".inf", ".Inf", ".INF":
            throw Failure(message: "infinity is no value here; write it in quotes if text is meant")
        case ".nan", ".NaN", ".NAN":
            throw Failure(message: "not-a-number is no value here; write it in quotes if text is meant")
        default: break
        }
        if let value = try prefixed(bytes, "0x", radix: 16, text) { return value }
        if let value = try prefixed(bytes, "0o", radix: 8, text) { return value }
        if !digits.isEmpty, digits.allSatisfy(isDigit) { return try whole(text, text, radix: 10) }
        guard isDecimal(digits) else { return .string(text) }
        guard let number = Double(text), number.isFinite else {
            throw Failure(message: "the number \(text) is too large; write it in quotes")
        }
        return .number(number)
    }

    private static func prefixed(
        _ bytes: [UInt8],
        _ prefix: StaticString,
        radix: Int,
        _ text: String
    ) throws(Failure) -> JSONValue? {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "0"), bytes[1] == prefix.utf8Start[1] else { return nil }
        let digits = String(decoding: bytes.dropFirst(2), as: UTF8.self)
        guard digits.allSatisfy({ ($0.isASCII ? $0.hexDigitValue : nil).map { $0 < radix } ?? false }) else {
            return nil
        }
        return try whole(digits, text, radix: radix)
    }

    private static func whole(_ digits: String, _ text: String, radix: Int) throws(Failure) -> JSONValue {
        guard let whole = Int64(digits, radix: radix) else {
            throw Failure(message: "the whole number \(text) does not fit 64 bits; write it in quotes")
        }
        return .integer(whole)
    }

    /// `[0-9]+ ( \. [0-9]* )? | \. [0-9]+`, then `( [eE] [-+]? [0-9]+ )?`.
    private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        let before = rest.prefix(while: isDigit).count
        rest = rest.dropFirst(before)
        var after = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            after = rest.prefix(while: isDigit).count
            rest = rest.dropFirst(after)
        }
        guard before + after > 0 else { return false }
        guard let letter = rest.first else { return true }
        guard letter | 0x20 == UInt8(ascii: "e") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, isSign(sign) { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") }
}
