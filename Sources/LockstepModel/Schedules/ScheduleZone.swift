/// A time zone as a table of its clock changes since 1970, made from the bytes of a TZif file (RFC 9636); a pure value.
///
/// Whoever reads the file is elsewhere; UTC needs none. Copies share their table. Changes that the file leaves to its rule for the
/// future are in the table for 800 years; since the calendar repeats after 400, everything later is answered from it as well.
package struct ScheduleZone: Sendable {
    /// The IANA name, such as `Europe/Berlin`.
    package let name: String
    /// At least one, in order; the first one has no beginning.
    let segments: [Segment]
    /// What the wall clock's rules are called, such as `CEST`.
    let abbreviations: [String]
    /// When the table begins to repeat itself every 400 years, in seconds since 1970; nil when nothing changes any more.
    let repeatsFrom: Int64?

    /// A stretch of time between two clock changes.
    struct Segment: Sendable, Hashable {
        /// The first second, since 1970 in UTC.
        let start: Int64
        /// Seconds east of UTC.
        let offset: Int64
        /// What the wall clock has come to before, without this second: the latest end of all stretches before, as it showed it.
        var highWater: Int64
        /// Where its name is.
        let abbreviation: Int
    }

    /// Universal time, which needs no time-zone data.
    package static let utc = ScheduleZone(
        name: "UTC",
        changes: [(.earliest, 0, 0)],
        abbreviations: ["UTC"],
        repeatsFrom: nil
    )

    /// Makes the table; the changes are in order and begin with ``Swift/Int64/earliest``.
    init(
        name: String,
        changes: [(start: Int64, offset: Int64, abbreviation: Int)],
        abbreviations: [String],
        repeatsFrom: Int64?
    ) {
        self.name = name
        self.abbreviations = abbreviations
        self.repeatsFrom = repeatsFrom
        var segments: [Segment] = []
        segments.reserveCapacity(changes.count)
        var highWater = Int64.earliest
        for change in changes {
            if let last = segments.last { highWater = max(highWater, change.start + last.offset) }
            segments.append(
                Segment(
                    start: change.start,
                    offset: change.offset,
                    highWater: highWater,
                    abbreviation: change.abbreviation
                )
            )
        }
        self.segments = segments
    }
}

extension ScheduleZone: Hashable {
    /// Two zones are equal when their names and their tables are.
    package static func == (one: ScheduleZone, other: ScheduleZone) -> Bool {
        one.name == other.name && one.segments == other.segments && one.abbreviations == other.abbreviations
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }
}

extension ScheduleZone: CustomStringConvertible {
    package var description: String { name }
}

extension Int64 {
    /// A second before all others, from which offsets can be taken without an overflow.
    static var earliest: Int64 { .min / 4 }
    /// Four hundred years in seconds: the calendar with its weekdays begins anew.
    static var calendarCycle: Int64 { 146_097 * 86_400 }
}

// MARK: - Looking up

extension ScheduleZone {
    /// What must be taken off a second so that it lies where the table is whole; a multiple of 400 years.
    func shift(of second: Int64) -> Int64 {
        guard let repeatsFrom, second >= repeatsFrom + .calendarCycle else { return 0 }
        return (second - repeatsFrom) / .calendarCycle * .calendarCycle
    }

    /// Where a search that has found nothing will never find anything; within the table.
    func searchLimit(after second: Int64) -> Int64 {
        max(second, repeatsFrom ?? segments[segments.count - 1].start) + .calendarCycle
    }

    /// The stretch that a second lies in.
    func segment(at second: Int64) -> Int {
        var (low, high) = (0, segments.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].start <= second { low = middle } else { high = middle }
        }
        return low
    }

    /// The second at which a stretch ends; nil for the last one.
    func end(of segment: Int) -> Int64? {
        segment + 1 < segments.count ? segments[segment + 1].start : nil
    }

    /// The first second at which the wall clock has come to a local time, or past it where that is skipped.
    ///
    /// - Parameter segment: One that is not later.
    func firstReached(local: Int64, from segment: Int) -> Int64 {
        var (low, high) = (segment, segment + 1)
        if high < segments.count, segments[high].highWater <= local {
            // The first stretch after which the clock has come further.
            (low, high) = (high, segments.count)
            while high - low > 1 {
                let middle = (low + high) / 2
                if segments[middle].highWater <= local { low = middle } else { high = middle }
            }
        }
        return max(local - segments[low].offset, segments[low].start)
    }
}
