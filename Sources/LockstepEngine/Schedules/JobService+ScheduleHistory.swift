internal import LockstepDefinitions
package import LockstepModel
internal import LockstepStore

/// The coming times of a schedule.
package struct SchedulePreview: Sendable {
    package var schedule: Schedule
    /// Nominal times, in order.
    package var times: [Instant]
    /// Whether there are more than were asked for.
    package var hasMore: Bool
    /// The clock changes of its zone among them.
    package var changes: [ZoneTransition]
}

/// Why an occurrence became what it is.
package struct OccurrenceExplanation: Sendable {
    /// The time that is meant.
    package var nominal: Instant
    /// Nil when nothing was decided about it.
    package var entry: LedgerEntry?
    /// For a person, one sentence each.
    package var sentences: [String]
}

extension JobService {
    /// The times of a schedule after an instant, as if nothing had been decided yet.
    ///
    /// - Parameters:
    ///   - last: The last instant that counts; nil for as many as the limit allows.
    ///   - limit: 1 to 10,000.
    package func previewSchedule(
        _ id: ScheduleID,
        from first: Instant? = nil,
        to last: Instant? = nil,
        limit: Int,
        as actor: Actor
    ) async throws(JobError) -> SchedulePreview {
        let stored = try await schedule(id, for: .getSchedule, as: actor)
        let schedule = try stored.read()
        guard (1...10_000).contains(limit) else {
            throw JobError(.usage, "A preview has 1 to 10000 times; \(limit) were asked for.")
        }
        let start = first ?? context.now()
        var times: [Instant] = []
        var cursor = Instant(milliseconds: start.milliseconds - 1)
        while times.count <= limit, let next = schedule.next(after: cursor), last.map({ next <= $0 }) ?? true {
            times.append(next)
            cursor = next
        }
        let hasMore = times.count > limit
        if hasMore { times.removeLast() }
        let end = hasMore ? times.last : last ?? times.last
        let changes = end.map { schedule.zone.transitions(from: start, to: $0) } ?? []
        return SchedulePreview(schedule: schedule, times: times, hasMore: hasMore, changes: changes)
    }

    /// The ledger of a schedule, the newest time first; also of one that was removed.
    ///
    /// - Parameters:
    ///   - instant: Only times before this one.
    ///   - limit: 1 to 1000.
    package func scheduleHistory(
        of id: ScheduleID,
        before instant: Instant? = nil,
        limit: Int,
        as actor: Actor
    ) async throws(JobError) -> [LedgerEntry] {
        _ = try await schedule(id, for: .getSchedule, includesEnded: true, as: actor)
        guard (1...1000).contains(limit) else {
            throw JobError(.usage, "A page holds 1 to 1000 occurrences; \(limit) were asked for.")
        }
        let store = schedules
        return try await stored { () async throws(StoreError) in
            try await store.history(of: id, before: instant, limit: limit)
        }
    }

    /// Says what became of a time, or why nothing did.
    ///
    /// - Parameter text: In UTC, or on the clocks of the schedule's zone; without seconds the minute that it names.
    /// - Throws: `USAGE` for a text that is no time.
    package func explainOccurrence(
        of id: ScheduleID,
        at text: String,
        as actor: Actor
    ) async throws(JobError) -> OccurrenceExplanation {
        let found = try await schedule(id, for: .getSchedule, includesEnded: true, as: actor)
        let schedule = try? found.read()
        let zone = schedule?.zone ?? .utc
        guard let moment = ScheduleMoment(parsing: text) else {
            throw JobError(
                .usage,
                "\"\(text)\" is no time; write 2026-12-01T02:30 on the clocks of \(zone.name), or 2026-12-01T01:30:00Z."
            )
        }
        // A fixed time that the clocks skip fires at the first instant after the gap.
        let nominal = moment.first(in: zone)
        let gap =
            moment.exact(in: zone) == nil
            ? ["The clocks of \(zone.name) skip \(text); the first instant after that is \(nominal)."] : []
        let store = schedules
        let entry = try await stored { () async throws(StoreError) in try await store.entry(of: id, at: nominal) }
        if let entry {
            return OccurrenceExplanation(nominal: nominal, entry: entry, sentences: gap + entry.sentences)
        }
        let sentences =
            schedule.map { undecided(nominal, of: $0, found) } ?? ["Its definition cannot be read any more."]
        return OccurrenceExplanation(nominal: nominal, sentences: gap + sentences)
    }

    private func undecided(_ nominal: Instant, of schedule: Schedule, _ stored: StoredSchedule) -> [String] {
        guard schedule.next(after: Instant(milliseconds: nominal.milliseconds - 1)) == nominal else {
            let next = schedule.next(after: nominal).map { "the next one after it is \($0)" } ?? "it has none after it"
            return ["\(nominal) is no time of this schedule; \(next)."]
        }
        if let ended = stored.endedAt, nominal > ended {
            return ["The schedule was removed at \(ended), before this time."]
        }
        if nominal <= stored.changedAt {
            return [
                "The schedule as it is has been in force since \(stored.changedAt); nothing before that is fired, and no row "
                    + "says that something was."
            ]
        }
        let now = context.now()
        let due = schedule.dueTime(of: nominal)
        guard due <= now else {
            let moved = due == nominal ? "" : " (\(nominal) and its jitter)"
            return ["It is still to come: it is due at \(due)\(moved)."]
        }
        return ["It is due since \(due), and no scheduler has looked at it yet; `lockstep serve` runs one."]
    }
}

extension LedgerEntry {
    /// What became of it, for a person.
    fileprivate var sentences: [String] {
        let thing = jobID?.rawValue ?? batchID?.rawValue ?? ""
        let what =
            switch outcome {
            case .fired: "It fired as \(thing)"
            case .skipped: "It was skipped"
            case .missed: "It was missed"
            case .coalesced: "It did not fire, because a later one did in its place"
            case .queued: "It waits"
            }
        return ["\(what)\(reason.map { ": \($0)" } ?? "").", "That was decided at \(decidedAt)."]
    }
}
