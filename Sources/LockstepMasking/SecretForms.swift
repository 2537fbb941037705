/// The ways in which a secret may turn up in what a program writes.
///
/// Two things are left to the search: letters count as the same in either case and `-`, `_` as `+`, `/`
/// (``SecretPatterns/fold(_:)``), so upper and lower hexadecimal digits and both alphabets of base64 (RFC 4648) need one
/// form each; and line breaks do not count, so wrapped lines and other line ends need none.
enum SecretForms {
    /// Shorter lines of a secret of several lines are masked only as part of the whole.
    private static let shortestLine = 8
    /// A shorter piece would be found in text that has nothing to do with the secret.
    static let shortestForm = 4

    /// All forms of a secret, without line breaks; none for one that has too little in it.
    static func all(of secret: [UInt8]) -> Set<[UInt8]> {
        var forms: Set<[UInt8]> = [secret, json(secret), shellQuoted(secret), hexadecimal(secret)]
        for isKept in percentRules {
            forms.insert(percent(secret, isKept: isKept))
            forms.insert(percent(secret, spaceAsPlus: true, isKept: isKept))
        }
        for content in [secret, secret + [UInt8(ascii: "\n")]] {
            let encoded = base64(content)
            forms.insert(encoded)
            forms.insert(Array(encoded.prefix { $0 != UInt8(ascii: "=") }))
        }
        for before in 0...2 { forms.insert(base64Core(of: secret, after: before)) }
        for line in lines(of: secret) { forms.formUnion([line, json(line), shellQuoted(line)]) }
        return Set(forms.map { $0.filter { !SecretPatterns.isLineBreak($0) } }.filter { $0.count >= shortestForm })
    }

    /// The longer lines of a secret that has several, without the blanks around them.
    private static func lines(of secret: [UInt8]) -> [[UInt8]] {
        let lines = secret.split(whereSeparator: SecretPatterns.isLineBreak)
        guard lines.count > 1 else { return [] }
        return lines.map { line in
            let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
            let start = line.drop(while: isBlank)
            return Array(start.reversed().drop(while: isBlank).reversed())
        }.filter { $0.count >= shortestLine }
    }

    // MARK: - Encodings

    /// What the rest of a JSON text (RFC 8259) has between the quotes; `\/` is left to those who write it.
    private static func json(_ secret: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for byte in secret {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): text += Array("\\n".utf8)
            case UInt8(ascii: "\r"): text += Array("\\r".utf8)
            case UInt8(ascii: "\t"): text += Array("\\t".utf8)
            case 0..<0x20: text += Array("\\u00".utf8) + digits(of: byte)
            default: text.append(byte)
            }
        }
        return text
    }

    /// As `set -x` of a shell shows it.
    private static func shellQuoted(_ secret: [UInt8]) -> [UInt8] {
        secret.flatMap { $0 == UInt8(ascii: "'") ? Array("'\\''".utf8) : [$0] }
    }

    /// Which characters besides letters, digits, `-`, `.` and `_` programs leave as they are: RFC 3986 and forms, Python's
    /// `quote`, JavaScript's `encodeURIComponent` and `encodeURI`.
    private static let percentRules: [Set<UInt8>] = ["", "~", "~/", "~!*'()", "~!*'();/?:@&=+$,#"].map { Set($0.utf8) }

    private static func percent(_ secret: [UInt8], spaceAsPlus: Bool = false, isKept kept: Set<UInt8>) -> [UInt8] {
        secret.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): [byte]
            case UInt8(ascii: " ") where spaceAsPlus: [UInt8(ascii: "+")]
            case _ where kept.contains(byte): [byte]
            default: [UInt8(ascii: "%")] + digits(of: byte)
            }
        }
    }

    private static func hexadecimal(_ secret: [UInt8]) -> [UInt8] { secret.flatMap(digits) }

    private static func digits(of byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// The characters of base64 that the secret alone decides, whatever stands around it in what was encoded.
    ///
    /// - Parameter before: How many bytes of a group of three come before the secret.
    private static func base64Core(of secret: [UInt8], after before: Int) -> [UInt8] {
        let encoded = base64([UInt8](repeating: 0, count: before) + secret)
        let first = (before * 8 + 5) / 6
        let end = (before + secret.count) * 8 / 6
        return first < end ? Array(encoded[first..<end]) : []
    }

    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...3 {
                let index = Int(bits >> UInt32(18 - 6 * place) & 63)
                text.append(place <= group.count ? alphabet[index] : UInt8(ascii: "="))
            }
        }
        return text
    }
}
