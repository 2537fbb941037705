import LockstepModel

/// The times at which an expression fires in a zone, one after the other, computed when they are asked for.
struct CronOccurrences: Sequence, Sendable {
    let expression: CronExpression
    let zone: ScheduleZone
    /// Not among them.
    let after: Instant
    /// Among them when it fires then.
    let last: Instant

    func makeIterator() -> Iterator { Iterator(occurrences: self, previous: after) }

    /// Ends for good at the first time past the last instant.
    struct Iterator: IteratorProtocol, Sendable {
        let occurrences: CronOccurrences
        var previous: Instant?

        mutating func next() -> Instant? {
            previous = previous.flatMap { occurrences.expression.next(after: $0, in: occurrences.zone) }
                .flatMap { $0 <= occurrences.last ? $0 : nil }
            return previous
        }
    }
}

extension CronExpression {
    /// All times after one instant up to and with another, in order; an expression of every minute has 1440 a day.
    func occurrences(after: Instant, through last: Instant, in zone: ScheduleZone) -> CronOccurrences {
        CronOccurrences(expression: self, zone: zone, after: after, last: last)
    }
}
