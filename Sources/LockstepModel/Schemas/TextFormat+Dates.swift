extension TextFormat {
    /// RFC 3339 full-date, a day that exists.
    static func isDate(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            (1...12).contains(month)
        else { return false }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        return (1...days).contains(day)
    }

    /// RFC 3339 full-time: hours, minutes, seconds, perhaps a fraction, and the offset from UTC.
    ///
    /// A leap second is the last second of a day in UTC.
    static func isTime(_ text: Substring) -> Bool {
        var bytes = Array(text.utf8)[...]
        guard bytes.count >= 9, let hour = clock(&bytes, 23), bytes.popFirst() == UInt8(ascii: ":"),
            let minute = clock(&bytes, 59), bytes.popFirst() == UInt8(ascii: ":"), let second = clock(&bytes, 60)
        else { return false }
        if bytes.first == UInt8(ascii: ".") {
            let digits = bytes.dropFirst().prefix(while: URIReference.isDigit)
            guard !digits.isEmpty else { return false }
            bytes = bytes.dropFirst(1 + digits.count)
        }
        var offset = 0
        guard let sign = bytes.popFirst() else { return false }
        switch sign {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): break
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard let hours = clock(&bytes, 23), bytes.popFirst() == UInt8(ascii: ":"),
                let minutes = clock(&bytes, 59)
            else { return false }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "+") ? 1 : -1)
        default: return false
        }
        guard bytes.isEmpty else { return false }
        return second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439
    }

    /// RFC 3339 date-time.
    static func isDateTime(_ text: String) -> Bool {
        guard let mark = text.firstIndex(where: { $0 == "T" || $0 == "t" }) else { return false }
        return isDate(text[..<mark]) && isTime(text[text.index(after: mark)...])
    }

    /// RFC 3339, appendix A: whole numbers, the units in order without a gap, weeks alone.
    static func isDuration(_ text: String) -> Bool {
        guard text.hasPrefix("P") else { return false }
        let parts = text.dropFirst().split(separator: "T", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let date = units(parts[0]) else { return false }
        if parts.count == 1 { return date == "W" || (!date.isEmpty && "YMD".contains(date)) }
        guard let time = units(parts[1]) else { return false }
        return (date.isEmpty || "YMD".contains(date)) && !time.isEmpty && "HMS".contains(time)
    }

    /// The letters of `1Y2M`; nil when one has no number or a number has none.
    private static func units(_ text: Substring) -> String? {
        var letters = ""
        var rest = text.utf8
        while !rest.isEmpty {
            let digits = rest.prefix(while: URIReference.isDigit)
            guard !digits.isEmpty, let letter = rest.dropFirst(digits.count).first, letter < 0x80 else { return nil }
            letters.unicodeScalars.append(Unicode.Scalar(letter))
            rest = rest.dropFirst(digits.count + 1)
        }
        return letters
    }

    private static func clock(_ bytes: inout ArraySlice<UInt8>, _ maximum: Int) -> Int? {
        guard let value = number(bytes.prefix(2)), bytes.count >= 2, value <= maximum else { return nil }
        bytes = bytes.dropFirst(2)
        return value
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy(URIReference.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
