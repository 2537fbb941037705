internal import ArgumentParser
internal import LockstepModel

/// A moment as people type it: RFC 3339 in UTC, or a day, which means its beginning.
struct Moment: ExpressibleByArgument {
    let instant: Instant

    init?(argument: String) {
        guard let instant = Instant(parsing: argument) ?? Instant(parsing: argument + "T00:00:00Z") else { return nil }
        self.instant = instant
    }
}
