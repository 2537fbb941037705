extension TextFormat {
    /// RFC 1123: labels of letters, digits and hyphens, 63 characters each, 253 in all.
    static func isHostname(_ text: Substring) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 253 else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            let isWord = label.utf8.allSatisfy {
                URIReference.isLetter($0) || URIReference.isDigit($0) || $0 == UInt8(ascii: "-")
            }
            return isWord && (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        }
    }

    /// Four numbers up to 255 without leading zeros, which some programs read as octal (RFC 2673, 3.2).
    static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(URIReference.isDigit)
                    && (part.count == 1 || part.first != UInt8(ascii: "0"))
                    && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }

    /// RFC 4291, 2.2: eight groups, one run of zeros as `::`, the last 32 bits perhaps as an IPv4 address; no zone.
    static func isIPv6(_ text: Substring) -> Bool {
        guard text.utf8.count <= 45 else { return false }
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return false }
        var room = 8
        if let last = groups.last, last.contains(".") {
            guard isIPv4(last) else { return false }
            groups[groups.count - 1] = "0"
            room = 7
        }
        // An empty group at an end belongs to a `::` there.
        var gaps = 0
        if groups[0].isEmpty {
            guard groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if groups.count > 1, groups[groups.count - 1].isEmpty {
            guard groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        for group in groups {
            if group.isEmpty {
                gaps += 1
            } else if group.utf8.count > 4 || !group.utf8.allSatisfy(URIReference.isHexDigit) {
                return false
            }
        }
        let count = groups.count - gaps
        return gaps == 0 ? count == room : gaps == 1 && count < room
    }

    /// RFC 5321, 4.1.2: words with dots, or a text in quotes, at a host name or an address in brackets.
    static func isEmail(_ text: String) -> Bool {
        guard text.utf8.count <= 320, let at = text.lastIndex(of: "@") else { return false }
        let local = text[..<at]
        let domain = text[text.index(after: at)...]
        guard (1...64).contains(local.utf8.count), isLocalPart(local) else { return false }
        guard domain.hasPrefix("[") else { return isHostname(domain) }
        guard domain.hasSuffix("]") else { return false }
        let address = domain.dropFirst().dropLast()
        return isIPv4(address) || (address.hasPrefix("IPv6:") && isIPv6(address.dropFirst(5)))
    }

    private static func isLocalPart(_ text: Substring) -> Bool {
        if text.hasPrefix("\"") {
            guard text.utf8.count >= 2, text.hasSuffix("\"") else { return false }
            var isEscaped = false
            for byte in text.dropFirst().dropLast().utf8 {
                guard (0x20...0x7E).contains(byte) else { return false }
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    return false
                }
            }
            return !isEscaped
        }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty
                && word.utf8.allSatisfy { byte in
                    URIReference.isLetter(byte) || URIReference.isDigit(byte)
                        || "!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
                }
        }
    }
}
