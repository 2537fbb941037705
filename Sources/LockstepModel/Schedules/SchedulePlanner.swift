/// Decides what becomes of the occurrences of one schedule that are due.
///
/// Reads no clock and stores nothing: the same situation gives the same plan. Occurrences are decided in their order, each once;
/// what it says of late ones depends only on the schedule and on the moment, so that a plan may be broken off after any of them
/// and made anew for the rest.
package struct SchedulePlanner: Sendable {
    package let schedule: Schedule

    /// How late an occurrence may be and still be on time.
    package static let tolerance: Int64 = 60_000

    package init(_ schedule: Schedule) {
        self.schedule = schedule
    }

    /// - Returns: At most ``ScheduleSituation/limit`` decisions; when more are due, ``SchedulePlan/nextDue`` is not in the future.
    package func plan(_ situation: ScheduleSituation) -> SchedulePlan {
        var run = PlanRun(schedule, situation)
        run.settleWaiting()
        run.decideDue()
        return run.plan
    }
}

/// What a schedule and its jobs are like at one moment.
package struct ScheduleSituation: Sendable, Hashable {
    package var now: Instant
    /// The last nominal time that was decided, or when the schedule as it is came into force; nothing up to it is looked at.
    package var cursor: Instant
    /// Those that are over and reach beyond the cursor, and the one that lasts.
    package var pauses: [SchedulePause]
    /// Nominal times of occurrences that wait, the oldest first.
    package var waiting: [Instant]
    /// Its jobs and batches that have not ended, by id.
    package var active: [String]
    /// Nominal times beyond the cursor that have their row already: the schedule was changed after the clock was set back.
    package var decided: Set<Instant>
    /// How many decisions are wanted at most, 1 or more.
    package var limit: Int
    /// Why nothing fires any more and everything that is due is missed; nil for a schedule that goes on.
    package var closing: String?

    package init(
        now: Instant,
        cursor: Instant,
        pauses: [SchedulePause] = [],
        waiting: [Instant] = [],
        active: [String] = [],
        decided: Set<Instant> = [],
        limit: Int = 1000,
        closing: String? = nil
    ) {
        self.now = now
        self.cursor = cursor
        self.pauses = pauses
        self.waiting = waiting
        self.active = active
        self.decided = decided
        self.limit = limit
        self.closing = closing
    }
}

/// What is to be written about a schedule.
package struct SchedulePlan: Sendable, Hashable {
    /// In the order in which they are to be carried out.
    package var decisions: [OccurrenceDecision] = []
    /// The last nominal time that is decided now.
    package var cursor: Instant
    /// When there is something to decide again; nil when there never is.
    package var nextDue: Instant?

    package init(decisions: [OccurrenceDecision] = [], cursor: Instant, nextDue: Instant? = nil) {
        self.decisions = decisions
        self.cursor = cursor
        self.nextDue = nextDue
    }
}

/// What becomes of one occurrence.
package struct OccurrenceDecision: Sendable, Hashable {
    package var nominal: Instant
    package var outcome: LedgerEntry.Outcome
    /// Nil only for one that fires as it should.
    package var reason: String?
    /// Whether it has a row already, which says that it waits.
    package var wasQueued = false
    /// Ids of jobs and batches that are cancelled before it fires.
    package var cancels: [String] = []

    package init(_ nominal: Instant, _ outcome: LedgerEntry.Outcome, _ reason: String?) {
        self.nominal = nominal
        self.outcome = outcome
        self.reason = reason
    }
}
