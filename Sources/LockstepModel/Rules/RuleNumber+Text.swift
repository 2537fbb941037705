extension RuleNumber {
    /// A number as ECMAScript writes it (Number::toString): `2`, `0.1`, `1e+21`, `1e-7`, `NaN`, `Infinity`.
    static func text(_ number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
        if number == 0 { return "0" }
        // Swift finds the same shortest digits; only where the point goes and when there is an exponent differs.
        let parts = number.magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var digits = Array((mantissa[0] + (mantissa.count > 1 ? mantissa[1] : "")).utf8)
        var point = mantissa[0].utf8.count + exponent
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        point -= leading
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (number < 0 ? "-" : "") + placed(String(decoding: digits, as: UTF8.self), point: point)
    }

    /// - Parameter point: How many digits stand before the point; 0 or less when zeros follow it first.
    private static func placed(_ digits: String, point: Int) -> String {
        let count = digits.utf8.count
        if point > 21 || point < -5 {
            let exponent = point - 1
            let rest = digits.dropFirst()
            return digits.prefix(1) + (rest.isEmpty ? "" : ".") + rest + (exponent < 0 ? "e-" : "e+")
                + String(abs(exponent))
        }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= count { return digits + String(repeating: "0", count: point - count) }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// The number that a whole text is (ECMAScript's ToNumber): blanks around it do not count, no text is 0, any other is NaN.
    init(text: String) {
        let trimmed = Self.trimmed(text)
        var bytes = trimmed
        self = bytes.withUTF8 { bytes in
            if bytes.isEmpty { return .whole(0) }
            if let number = Self.prefixed(bytes) { return number }
            guard let (number, end) = Self.decimal(bytes), end == bytes.count else { return .nan }
            return number
        }
    }

    /// The number that a text begins with (ECMAScript's parseFloat); NaN when there is none.
    init(beginningOf text: String) {
        var bytes = Self.trimmed(text)
        self = bytes.withUTF8 { Self.decimal($0)?.number ?? .nan }
    }

    /// `0x1F`, `0o17`, `0b101`; nil for anything else.
    private static func prefixed(_ bytes: UnsafeBufferPointer<UInt8>) -> RuleNumber? {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "0") else { return nil }
        let radix: Int
        switch bytes[1] | 0x20 {
        case UInt8(ascii: "x"): radix = 16
        case UInt8(ascii: "o"): radix = 8
        case UInt8(ascii: "b"): radix = 2
        default: return nil
        }
        let digits = bytes[2...]
        guard digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return .nan }
        if digits.count <= 64, let whole = Int64(String(decoding: digits, as: UTF8.self), radix: radix) {
            return .whole(whole)
        }
        var value = 0.0
        for byte in digits {
            let digit =
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
                case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                    Int(byte | 0x20) - 0x57
                default: radix
                }
            guard digit < radix else { return .nan }
            value = value * Double(radix) + Double(digit)
        }
        return .real(value)
    }

    /// Reads `-12.5e3`, `.5`, `5.` or `Infinity` at the beginning, as far as it goes.
    private static func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> (number: RuleNumber, end: Int)? {
        func digits(from start: Int) -> Int {
            var at = start
            while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
            return at
        }
        let isSigned = !bytes.isEmpty && (bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+"))
        let isNegative = isSigned && bytes[0] == UInt8(ascii: "-")
        let start = isSigned ? 1 : 0
        if bytes[start...].starts(with: "Infinity".utf8) {
            return (.real(isNegative ? -.infinity : .infinity), start + 8)
        }
        let wholeEnd = digits(from: start)
        var end = wholeEnd
        var fraction = wholeEnd..<wholeEnd
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            fraction = end + 1..<digits(from: end + 1)
            if wholeEnd > start || !fraction.isEmpty { end = fraction.upperBound }
        }
        guard end > start else { return nil }
        var exponent = end..<end
        if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
            let hasSign =
                end + 1 < bytes.count && (bytes[end + 1] == UInt8(ascii: "-") || bytes[end + 1] == UInt8(ascii: "+"))
            let last = digits(from: end + (hasSign ? 2 : 1))
            if last > end + (hasSign ? 2 : 1) {
                exponent = end + 1..<last
                end = last
            }
        }
        let whole = String(decoding: bytes[start..<wholeEnd], as: UTF8.self)
        let sign = isNegative ? "-" : ""
        if fraction.isEmpty, exponent.isEmpty, let exact = Int64(sign + whole) { return (.whole(exact), end) }
        let text =
            sign + (whole.isEmpty ? "0" : whole) + "."
            + (fraction.isEmpty ? "0" : String(decoding: bytes[fraction], as: UTF8.self))
            + (exponent.isEmpty ? "" : "e" + String(decoding: bytes[exponent], as: UTF8.self))
        return (.real(Double(text) ?? .nan), end)
    }

    /// The text without the blanks and line ends that ECMAScript knows around it.
    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, isBlank(first) || isBlank(last) else { return text }
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF: true
        default: false
        }
    }
}
