/// The times at which an expression fires in a zone, one after the other, computed when they are asked for.
package struct CronOccurrences: Sequence, Sendable {
    package let expression: CronExpression
    package let zone: ScheduleZone
    /// Not among them.
    package let after: Instant
    /// Among them when it fires then.
    package let last: Instant

    package func makeIterator() -> Iterator { Iterator(occurrences: self, previous: after) }

    /// Ends for good at the first time past the last instant.
    package struct Iterator: IteratorProtocol, Sendable {
        let occurrences: CronOccurrences
        var previous: Instant?

        package mutating func next() -> Instant? {
            previous = previous.flatMap { occurrences.expression.next(after: $0, in: occurrences.zone) }
                .flatMap { $0 <= occurrences.last ? $0 : nil }
            return previous
        }
    }
}

extension CronExpression {
    /// All times after one instant up to and with another, in order; an expression of every minute has 1440 a day.
    package func occurrences(after: Instant, through last: Instant, in zone: ScheduleZone) -> CronOccurrences {
        CronOccurrences(expression: self, zone: zone, after: after, last: last)
    }
}
