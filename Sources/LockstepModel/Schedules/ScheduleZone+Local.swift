extension ScheduleZone {
    /// How far the wall clock is ahead of UTC, in seconds; before 1970 what it was when that year began.
    package func offset(at instant: Instant) -> Int {
        Int(segments[segment(of: instant)].offset)
    }

    /// What the time is called then, such as `CEST` or `+0545`.
    package func abbreviation(at instant: Instant) -> String {
        abbreviations[segments[segment(of: instant)].abbreviation]
    }

    /// What the wall clock shows.
    package func localTime(at instant: Instant) -> LocalTime {
        LocalTime(secondsSince1970: instant.milliseconds.flooredDivision(by: 1000) + Int64(offset(at: instant)))
    }

    /// When the wall clock shows a time: once, twice around a change back, or never around a change forward.
    package func instants(of local: LocalTime) -> [Instant] {
        let seconds = local.secondsSince1970
        let shift = shift(of: seconds)
        let inTable = seconds - shift
        // No clock is more than a day and a bit away from UTC.
        return (segment(at: inTable - 100_000)...segment(at: inTable + 100_000))
            .filter { index in
                let second = inTable - segments[index].offset
                return second >= segments[index].start && end(of: index).map { second < $0 } ?? true
            }
            .map { Instant(milliseconds: (inTable - segments[$0].offset + shift) * 1000) }
    }

    /// When the wall clock comes to a time, or past it: for one that a clock change skips, the first instant after the change.
    package func firstInstant(of local: LocalTime) -> Instant {
        if let shown = instants(of: local).first { return shown }
        let shift = shift(of: local.secondsSince1970)
        let inTable = local.secondsSince1970 - shift
        // It is shown by no stretch, so it lies before what one of those around it begins with.
        let after = (segment(at: inTable - 100_000)...segment(at: inTable + 100_000))
            .first { inTable - segments[$0].offset < segments[$0].start }
        return Instant(milliseconds: ((after.map { segments[$0].start } ?? inTable) + shift) * 1000)
    }

    /// The clock changes after one instant up to and with another, in order; a new name for the same offset is none.
    ///
    /// Changes after the year 9999 are left out.
    package func transitions(from: Instant, to: Instant) -> [ZoneTransition] {
        var found: [ZoneTransition] = []
        let to = min(to, Instant(milliseconds: 253_402_300_799_999))
        var second = from.milliseconds.flooredDivision(by: 1000)
        while true {
            let shift = shift(of: second)
            let index = segment(at: second - shift)
            guard let end = end(of: index), end + shift <= to.milliseconds.flooredDivision(by: 1000) else {
                return found
            }
            second = end + shift
            let (before, after) = (segments[index], segments[index + 1])
            guard before.offset != after.offset else { continue }
            found.append(
                ZoneTransition(
                    instant: Instant(milliseconds: second * 1000),
                    offsetBefore: Int(before.offset),
                    offsetAfter: Int(after.offset),
                    abbreviationBefore: abbreviations[before.abbreviation],
                    abbreviationAfter: abbreviations[after.abbreviation]
                )
            )
        }
    }

    private func segment(of instant: Instant) -> Int {
        let second = instant.milliseconds.flooredDivision(by: 1000)
        return segment(at: second - shift(of: second))
    }
}

/// One clock change of a zone.
package struct ZoneTransition: Sendable, Hashable {
    /// The first instant at which the new offset holds.
    package let instant: Instant
    /// Seconds east of UTC.
    package let offsetBefore: Int
    package let offsetAfter: Int
    /// Such as `CET`.
    package let abbreviationBefore: String
    package let abbreviationAfter: String

    /// How far the clocks are set forward, in seconds; negative when they are set back.
    package var seconds: Int { offsetAfter - offsetBefore }
}

/// A date and time as a wall clock shows it, without a zone.
package struct LocalTime: Sendable, Hashable, Comparable {
    /// As if the clock showed UTC.
    package let secondsSince1970: Int64

    package init(secondsSince1970: Int64) {
        self.secondsSince1970 = secondsSince1970
    }

    package init(_ date: CivilDate, hour: Int, minute: Int, second: Int = 0) {
        secondsSince1970 = date.daysSince1970 * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    package var date: CivilDate { CivilDate(daysSince1970: secondsSince1970.flooredDivision(by: 86_400)) }
    package var hour: Int { secondOfDay / 3600 }
    package var minute: Int { secondOfDay / 60 % 60 }
    package var second: Int { secondOfDay % 60 }
    /// 0 is Sunday.
    package var weekday: Int { Int(CivilDate.weekday(ofDay: secondsSince1970.flooredDivision(by: 86_400))) }

    private var secondOfDay: Int {
        Int(secondsSince1970 - secondsSince1970.flooredDivision(by: 86_400) * 86_400)
    }

    package static func < (one: LocalTime, other: LocalTime) -> Bool { one.secondsSince1970 < other.secondsSince1970 }
}

extension LocalTime: CustomStringConvertible {
    /// For example `2025-03-30 03:00`, with seconds only when there are some.
    package var description: String {
        let date = date
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = String(date.year)
        return
            "\(String(repeating: "0", count: max(0, 4 - year.count)))\(year)-\(two(Int(date.month)))-\(two(Int(date.day))) "
            + "\(two(hour)):\(two(minute))" + (second == 0 ? "" : ":\(two(second))")
    }
}
