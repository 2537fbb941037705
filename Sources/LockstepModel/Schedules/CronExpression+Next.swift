extension CronExpression {
    /// The first time after an instant at which it fires; an instant at which it fires itself does not count.
    ///
    /// Before 1970 the zones are not known: the first time after an earlier instant is the first one from 1970 on.
    ///
    /// - Returns: Nil when there is none up to the end of the year 9999. That is so for a late instant; and for a schedule that
    ///   follows the wall clock while its zone's clocks skip all its minutes, year by year. No real zone skips the same dates each year.
    package func next(after instant: Instant, in zone: ScheduleZone) -> Instant? {
        let asked = max(instant.milliseconds.flooredDivision(by: 1000), -1)
        guard asked < Self.lastSecond else { return nil }
        // The zone repeats itself with the calendar, and so does everything that is found in it.
        let shift = zone.shift(of: asked)
        let after = asked - shift
        let limit = zone.searchLimit(after: after)
        let found = followsWallClock ? nextShown(after: after, limit, zone) : nextFixed(after: after, limit, zone)
        guard let found, found + shift <= Self.lastSecond else { return nil }
        return Instant(milliseconds: (found + shift) * 1000)
    }

    /// 9999-12-31T23:59:59Z, the last second that ``Instant`` can write in four digits of a year.
    private static let lastSecond: Int64 = 253_402_300_799

    /// Fixed times: the first instant at which the wall clock has come to, or past, one that it had not come to before.
    ///
    /// This one rule gives all: a time that is skipped is passed at the change, together with others that are skipped, and a time
    /// that comes again has been passed already.
    private func nextFixed(after: Int64, _ limit: Int64, _ zone: ScheduleZone) -> Int64? {
        let segment = zone.segment(at: after)
        let shown = after + zone.segments[segment].offset
        guard let nominal = match(from: max(shown + 1, zone.segments[segment].highWater), through: limit) else {
            return nil
        }
        return zone.firstReached(local: nominal, from: segment)
    }

    /// Each minute that the wall clock shows: searched in one stretch between clock changes after the other.
    private func nextShown(after: Int64, _ limit: Int64, _ zone: ScheduleZone) -> Int64? {
        var segment = zone.segment(at: after)
        var from = after + 1 + zone.segments[segment].offset
        guard var candidate = match(from: from, through: limit) else { return nil }
        while true {
            let offset = zone.segments[segment].offset
            guard let end = zone.end(of: segment), candidate - offset >= end else { return candidate - offset }
            segment += 1
            let begin = end + zone.segments[segment].offset
            // Between `from` and the candidate nothing matches; only what lies outside must be looked at again.
            if begin < from || begin > candidate {
                from = begin
                guard let later = match(from: from, through: limit) else { return nil }
                candidate = later
            }
        }
    }

    /// The first matching minute of the wall clock, in seconds since 1970 as if it showed UTC.
    ///
    /// It goes from month to month, then to a day, an hour and a minute by their bits.
    func match(from local: Int64, through limit: Int64) -> Int64? {
        let minute = (local + 59).flooredDivision(by: 60)
        let dayNumber = minute.flooredDivision(by: 1440)
        let date = CivilDate(daysSince1970: dayNumber)
        if isDay(date, dayNumber), let time = time(from: Int(minute - dayNumber * 1440)) {
            return (dayNumber * 1440 + Int64(time)) * 60
        }
        guard let day = day(after: date, through: limit / 86_400 + 1) else { return nil }
        let time = hours.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount
        return (day * 1440 + Int64(time)) * 60
    }

    /// The first matching minute of a day from one on; nil when there is none left.
    private func time(from minute: Int) -> Int? {
        let hour = minute / 60
        if hours >> UInt32(hour) & 1 == 1 {
            let left = minutes >> UInt64(minute % 60)
            if left != 0 { return minute + left.trailingZeroBitCount }
        }
        let later = hours >> UInt32(hour + 1)
        guard later != 0 else { return nil }
        return (hour + 1 + later.trailingZeroBitCount) * 60 + minutes.trailingZeroBitCount
    }

    private func isDay(_ date: CivilDate, _ number: Int64) -> Bool {
        guard months >> UInt16(date.month) & 1 == 1 else { return false }
        let isDate = days >> UInt32(date.day) & 1 == 1
        let isWeekday = weekdays >> UInt8(CivilDate.weekday(ofDay: number)) & 1 == 1
        return eitherDay ? isDate || isWeekday : isDate && isWeekday
    }

    /// The first matching day after one, in days since 1970; nil when there is none through the last.
    private func day(after date: CivilDate, through last: Int64) -> Int64? {
        var (year, month) = (date.year, date.month)
        // Bits of days up to the first one to look at are taken out of the first month only.
        var wanted: UInt32 = ~0 << UInt32(date.day + 1)
        var first = CivilDate(year: year, month: month, day: 1).daysSince1970
        while first <= last {
            let isLeap = year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
            if months >> UInt16(month) & 1 == 1 {
                let length = month == 2 ? (isLeap ? 29 : 28) : 30 + (month + month >> 3) & 1
                let weekday = CivilDate.weekday(ofDay: first)
                let found = self.days(firstWeekday: weekday, length: length) & wanted
                if found != 0 { return first + Int64(found.trailingZeroBitCount) - 1 }
            }
            wanted = ~0
            let later = months >> UInt16(month + 1)
            if later != 0 {
                month += Int64(later.trailingZeroBitCount) + 1
            } else {
                year += 1
                month = Int64(months.trailingZeroBitCount)
            }
            first = CivilDate(year: year, month: month, day: 1).daysSince1970
        }
        return nil
    }

    /// The matching days of a month, bit 1 for its first; its first weekday is 0 for Sunday.
    private func days(firstWeekday: Int64, length: Int64) -> UInt32 {
        let twice = UInt64(weekdays) | UInt64(weekdays) << 7
        let week = twice >> UInt64(firstWeekday) & 0x7F
        let byWeekday = UInt32(truncatingIfNeeded: (week | week << 7 | week << 14 | week << 21 | week << 28) << 1)
        let matching = eitherDay ? days | byWeekday : days & byWeekday
        return matching & UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(length + 1)) - 2)
    }
}
