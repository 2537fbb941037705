package import LockstepModel

/// What one look at the schedules has come to.
package struct ScheduleTick: Sendable {
    /// How many occurrences were decided, by what became of them.
    package var counts: [LedgerEntry.Outcome: Int] = [:]
    /// Jobs that had a time to start, and whose time has come.
    package var startedJobs = 0
    /// Schedules whose last occurrence could not be fired, or that cannot be read, with the reason.
    package var problems: [(id: ScheduleID, reason: String)] = []
    /// When there is something to do again; nil when there never is.
    package var nextDue: Instant?

    package var isEmpty: Bool { counts.isEmpty && startedJobs == 0 && problems.isEmpty }

    /// Counts what another look at the same schedules has come to.
    mutating func add(_ other: ScheduleTick) {
        counts.merge(other.counts, uniquingKeysWith: +)
        startedJobs += other.startedJobs
        problems += other.problems
    }

    /// For a log, such as `3 fired, 1 skipped`.
    package var words: String {
        var parts = LedgerEntry.Outcome.allCases.compactMap { outcome in
            counts[outcome].map { "\($0) \(outcome.rawValue)" }
        }
        if startedJobs > 0 { parts.append("\(startedJobs) scheduled job\(startedJobs == 1 ? "" : "s") queued") }
        parts += problems.map { "\($0.id): \($0.reason)" }
        return parts.isEmpty ? "nothing was due" : parts.joined(separator: ", ")
    }
}
