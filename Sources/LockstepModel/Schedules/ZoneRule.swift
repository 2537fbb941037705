/// The last line of a TZif file, which says how a zone's clocks go on: `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX, RFC 9636).
struct ZoneRule {
    /// One of the two kinds of time.
    struct Kind {
        let abbreviation: String
        /// Seconds east of UTC, against the sign that the text has.
        let offset: Int64
    }

    /// When in a year the clocks change.
    struct Change {
        enum Day {
            /// 1 to 365; 29 February is not counted.
            case withoutLeapDay(Int64)
            /// 0 to 365.
            case counted(Int64)
            /// The given weekday of a week of a month; the fifth is the last.
            case weekday(month: Int64, week: Int64, weekday: Int64)
        }

        let day: Day
        /// Seconds from midnight as the clock showed it before; may be negative or more than a day.
        let time: Int64

        /// In seconds since 1970, as the clock showed it before.
        func local(in year: Int64) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSince1970
            switch day {
            case .withoutLeapDay(let number):
                let isLeap = CivilDate(year: year + 1, month: 1, day: 1).daysSince1970 - newYear == 366
                return (newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)) * 86_400 + time
            case .counted(let number):
                return (newYear + number) * 86_400 + time
            case .weekday(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1).daysSince1970
                let next = month == 12 ? newYear + 366 : CivilDate(year: year, month: month + 1, day: 1).daysSince1970
                var day = first + (weekday - CivilDate.weekday(ofDay: first) + 7) % 7 + (week - 1) * 7
                while week == 5, day >= min(next, first + 31) { day -= 7 }
                return day * 86_400 + time
            }
        }
    }

    let standard: Kind
    /// Nil when the clocks do not change.
    let summer: (kind: Kind, begins: Change, ends: Change)?

    /// Nil when it is not such a line.
    init?(parsing text: [UInt8]) {
        var scanner = Scanner(bytes: text)
        guard let name = scanner.name(), let offset = scanner.time(limit: 24) else { return nil }
        standard = Kind(abbreviation: name, offset: -offset)
        guard !scanner.isAtEnd else {
            summer = nil
            return
        }
        guard let summerName = scanner.name() else { return nil }
        var summerOffset = standard.offset + 3600
        if !scanner.isNext(",") {
            guard let offset = scanner.time(limit: 24) else { return nil }
            summerOffset = -offset
        }
        guard scanner.skip(","), let begins = scanner.change(), scanner.skip(","), let ends = scanner.change(),
            scanner.isAtEnd
        else { return nil }
        summer = (Kind(abbreviation: summerName, offset: summerOffset), begins, ends)
    }

    /// The line's bytes, from the front.
    private struct Scanner {
        let bytes: [UInt8]
        var at = 0

        var isAtEnd: Bool { at == bytes.count }

        func isNext(_ character: Unicode.Scalar) -> Bool { at < bytes.count && bytes[at] == UInt8(ascii: character) }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard isNext(character) else { return false }
            at += 1
            return true
        }

        /// Letters, or anything between angle brackets.
        mutating func name() -> String? {
            let isBracketed = skip("<")
            let start = at
            while at < bytes.count, isBracketed ? bytes[at] != UInt8(ascii: ">") : isLetter(bytes[at]) { at += 1 }
            let name = String(decoding: bytes[start..<at], as: UTF8.self)
            if isBracketed, !skip(">") { return nil }
            return name.utf8.count >= 3 ? name : nil
        }

        private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

        mutating func number() -> Int64? {
            let start = at
            while at < bytes.count, (0x30...0x39).contains(bytes[at]), at - start < 3 { at += 1 }
            return Int64(String(decoding: bytes[start..<at], as: UTF8.self))
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(limit: Int64) -> Int64? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard let hours = number(), hours <= limit else { return nil }
            var seconds = hours * 3600
            for factor in [Int64(60), 1] where skip(":") {
                guard let part = number(), part < 60 else { return nil }
                seconds += part * factor
            }
            return isNegative ? -seconds : seconds
        }

        /// `Jn`, `n` or `Mm.w.d`, and `/time`.
        mutating func change() -> Change? {
            let day: Change.Day
            if skip("J") {
                guard let number = number(), (1...365).contains(number) else { return nil }
                day = .withoutLeapDay(number)
            } else if skip("M") {
                guard let month = number(), (1...12).contains(month), skip("."), let week = number(),
                    (1...5).contains(week), skip("."), let weekday = number(), (0...6).contains(weekday)
                else { return nil }
                day = .weekday(month: month, week: week, weekday: weekday)
            } else {
                guard let number = number(), (0...365).contains(number) else { return nil }
                day = .counted(number)
            }
            guard skip("/") else { return Change(day: day, time: 7200) }
            return time(limit: 167).map { Change(day: day, time: $0) }
        }
    }
}
