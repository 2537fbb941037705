/// A moment as people write it beside a time zone: in UTC, on the wall clock, or as a whole day.
package enum ScheduleMoment: Sendable, Hashable {
    /// `2026-12-01T10:00:00Z`.
    case instant(Instant)
    /// `2026-12-01T10:00` or `2026-12-01T10:00:30`.
    case local(LocalTime)
    /// `2026-12-01`.
    case day(CivilDate)

    /// Nil for a text of another form, and for a date or a time of day that does not exist.
    package init?(parsing text: String) {
        if let instant = Instant(parsing: text) {
            self = .instant(instant)
            return
        }
        // The one reader of dates refuses 30 February and 24:00.
        let isDay = text.utf8.count == 10
        let whole = isDay ? text + "T00:00:00Z" : text.utf8.count == 16 ? text + ":00Z" : text + "Z"
        guard text.utf8.count <= 19, let shown = Instant(parsing: whole) else { return nil }
        let local = LocalTime(secondsSince1970: shown.milliseconds.flooredDivision(by: 1000))
        self = isDay ? .day(local.date) : .local(local)
    }

    /// The first instant that is meant; nil for a time of the wall clock that a clock change skips.
    package func first(in zone: ScheduleZone) -> Instant? {
        switch self {
        case .instant(let instant): instant
        case .local(let local): zone.instants(of: local).first
        case .day(let date): Self.beginning(of: date, in: zone)
        }
    }

    /// The last instant that is meant: the end of a day.
    package func last(in zone: ScheduleZone) -> Instant? {
        guard case .day(let date) = self else { return first(in: zone) }
        let next = Self.beginning(of: CivilDate(daysSince1970: date.daysSince1970 + 1), in: zone)
        return Instant(milliseconds: next.milliseconds - 1)
    }

    /// Midnight, or where the clocks skip it the first time of the day that they show.
    private static func beginning(of date: CivilDate, in zone: ScheduleZone) -> Instant {
        let midnight = LocalTime(date, hour: 0, minute: 0)
        for minutes in stride(from: Int64(0), through: 2880, by: 15) {
            let local = LocalTime(secondsSince1970: midnight.secondsSince1970 + minutes * 60)
            if let instant = zone.instants(of: local).first { return instant }
        }
        return Instant(milliseconds: midnight.secondsSince1970 * 1000)
    }
}
