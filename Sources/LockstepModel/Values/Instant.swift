/// A moment in UTC, in whole milliseconds since 1970; written as RFC 3339 with milliseconds.
package struct Instant: Sendable, Hashable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (one: Instant, other: Instant) -> Bool { one.milliseconds < other.milliseconds }

    /// The time from another instant to this one, in seconds; negative when the clock was set back between them.
    package func seconds(since other: Instant) -> Double {
        Double(milliseconds - other.milliseconds) / 1000
    }
}

extension Instant: CustomStringConvertible {
    /// For example `2024-03-20T10:30:00.000Z`.
    package var description: String {
        let day = milliseconds.flooredDivision(by: 86_400_000)
        let inDay = milliseconds - day * 86_400_000
        let date = CivilDate(daysSince1970: day)
        let (hour, minute) = (inDay / 3_600_000, inDay / 60_000 % 60)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(padded(hour, 2)):"
            + "\(padded(minute, 2)):\(padded(inDay / 1000 % 60, 2)).\(padded(inDay % 1000, 3))Z"
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Instant {
    /// Parses RFC 3339 in UTC (`…Z`), with or without fractions of a second; nil for anything else.
    package init?(parsing text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count >= 20, utf8.last == UInt8(ascii: "Z"),
            utf8[4] == UInt8(ascii: "-"), utf8[7] == UInt8(ascii: "-"), utf8[10] == UInt8(ascii: "T"),
            utf8[13] == UInt8(ascii: ":"), utf8[16] == UInt8(ascii: ":")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            guard utf8[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int64(String(decoding: utf8[range], as: UTF8.self))
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if utf8.count > 20 {
            guard utf8[19] == UInt8(ascii: "."), utf8.count > 21,
                utf8[20..<utf8.count - 1].allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            let digits = String(decoding: utf8[20..<min(23, utf8.count - 1)], as: UTF8.self)
            fraction = (Int64(digits) ?? 0) * (digits.count == 1 ? 100 : digits.count == 2 ? 10 : 1)
        }
        let date = CivilDate(year: year, month: month, day: day)
        let days = date.daysSince1970
        // 30 February comes back as a day of March.
        guard CivilDate(daysSince1970: days) == date else { return nil }
        milliseconds = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// The conversion counts days in 400-year eras that begin on 1 March, so leap days fall at the end of a year.
package struct CivilDate: Sendable, Hashable {
    package let year: Int64
    package let month: Int64
    package let day: Int64

    package init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    package init(daysSince1970: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package var daysSince1970: Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year.flooredDivision(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    /// Division that rounds towards negative infinity; the divisor is positive.
    func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension CivilDate {
    /// The weekday of a day that is counted from the first of January 1970, a Thursday; 0 is Sunday.
    static func weekday(ofDay number: Int64) -> Int64 {
        (number + 4) - (number + 4).flooredDivision(by: 7) * 7
    }
}
