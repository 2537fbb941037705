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

    /// The instant that is meant, of a day its first; nil for a time of the wall clock that a clock change skips.
    package func exact(in zone: ScheduleZone) -> Instant? {
        guard case .local(let local) = self else { return first(in: zone) }
        return zone.instants(of: local).first
    }

    /// The first instant that is meant; for a time that a clock change skips the first one after the change.
    package func first(in zone: ScheduleZone) -> Instant {
        switch self {
        case .instant(let instant): instant
        case .local(let local): zone.firstInstant(of: local)
        case .day(let date): zone.firstInstant(of: LocalTime(date, hour: 0, minute: 0))
        }
    }

    /// The last instant that is meant: the end of a day, and for a time that a clock change skips the last one before the change.
    package func last(in zone: ScheduleZone) -> Instant {
        if case .day(let date) = self {
            let next = ScheduleMoment.day(CivilDate(daysSince1970: date.daysSince1970 + 1)).first(in: zone)
            return Instant(milliseconds: next.milliseconds - 1)
        }
        return exact(in: zone) ?? Instant(milliseconds: first(in: zone).milliseconds - 1)
    }
}
