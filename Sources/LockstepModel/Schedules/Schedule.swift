package import LockstepJSON

package enum ScheduleNoun: IdentifierNoun { package static let prefix = "" }
package typealias ScheduleID = Identifier<ScheduleNoun>

/// When a workflow is run without anybody asking for it, with which inputs, and what becomes of times that cannot be kept.
package struct Schedule: Sendable, Hashable {
    /// Its times.
    package enum Timing: Sendable, Hashable {
        case cron(CronExpression, ScheduleZone)
        /// One time only; the zone is the one on whose clocks people speak of it.
        case once(Instant, ScheduleZone)
    }

    /// What is made at each time.
    package enum Work: Sendable, Hashable {
        /// One job; values by variable, a file by its path, which begins at the project's folder.
        case job(inputs: JSONObject)
        /// One job for each file.
        case batch(ScheduledBatch)
    }

    package var id: ScheduleID
    package var workflowID: WorkflowID
    package var timing: Timing
    package var work: Work
    package var catchUp = CatchUpPolicy()
    package var overlap = OverlapPolicy.skip
    /// Up to how much later than its nominal time an occurrence fires.
    package var jitter = DurationText(milliseconds: 0)
    /// How late an occurrence may start at most; nil when it may at any time.
    package var deadline: DurationText?
    /// The first instant at which it may fire.
    package var from: Instant?
    /// The last instant at which it may fire.
    package var to: Instant?
    package var isPaused = false
    /// As it was written, with the workflow's id.
    package var definition: JSONValue

    package init(
        id: ScheduleID,
        workflowID: WorkflowID,
        timing: Timing,
        work: Work = .job(inputs: [:]),
        definition: JSONValue = [:]
    ) {
        self.id = id
        self.workflowID = workflowID
        self.timing = timing
        self.work = work
        self.definition = definition
    }
}

/// One job for each file of a pattern.
package struct ScheduledBatch: Sendable, Hashable {
    /// Below the project's folder, such as `inbox/*.pdf`.
    package var glob: String
    /// The input variable that each file becomes.
    package var variable: String
    /// Values of the other variables.
    package var inputs: JSONObject
    /// How many of its jobs run at the same time at most.
    package var maxParallel = 4
    /// Leaves files out that are not valid, instead of making no job at all.
    package var skipsInvalid = false

    package init(glob: String, variable: String, inputs: JSONObject = [:]) {
        self.glob = glob
        self.variable = variable
        self.inputs = inputs
    }
}

/// What becomes of times at which nobody was there to fire them.
package struct CatchUpPolicy: Sendable, Hashable {
    package enum Choice: String, Sendable, Hashable, CaseIterable {
        /// They are missed.
        case none
        /// Only the newest fires; the others are coalesced into it.
        case latest
        /// Each fires, the oldest first.
        case all
    }

    package var choice = Choice.latest
    /// What is later than this is missed.
    package var window = DurationText(milliseconds: 86_400_000)
    /// How many fire at most with ``Choice/all``, and how many may wait with ``OverlapPolicy/queue``; the newest of them.
    package var limit = 100

    package static let limitRange: ClosedRange<Int64> = 1...1000

    package init() {}
}

/// What an occurrence does while a job or batch of an earlier one has not ended.
package enum OverlapPolicy: String, Sendable, Hashable, CaseIterable {
    /// It is skipped.
    case skip
    /// It waits until the other has ended.
    case queue
    /// It fires all the same.
    case allow
    /// It cancels the other, then fires.
    case cancelRunning = "cancel_running"
}

extension Schedule {
    /// The first nominal time after an instant; nil when there is none any more.
    package func next(after instant: Instant) -> Instant? {
        var after = instant
        if let from, from > instant { after = Instant(milliseconds: from.milliseconds - 1) }
        let found: Instant? =
            switch timing {
            case .cron(let expression, let zone): expression.next(after: after, in: zone)
            case .once(let time, _): time > after ? time : nil
            }
        guard let found, to.map({ found <= $0 }) ?? true else { return nil }
        return found
    }

    /// When the occurrence of a nominal time is to fire: up to ``jitter`` later, always the same for the same schedule and time.
    package func dueTime(of nominal: Instant) -> Instant {
        guard jitter.milliseconds > 0 else { return nominal }
        var hash = StableHash()
        hash.add(id.rawValue.utf8)
        hash.add(nominal.milliseconds)
        let offset = hash.value % (UInt64(jitter.milliseconds) + 1)
        return Instant(milliseconds: nominal.milliseconds + Int64(offset))
    }

    /// The time zone that its times are meant in.
    package var zone: ScheduleZone {
        switch timing {
        case .cron(_, let zone), .once(_, let zone): zone
        }
    }

    /// When the first occurrence after an instant is to fire; nil when there is none any more.
    package func nextDue(after instant: Instant) -> Instant? { next(after: instant).map { dueTime(of: $0) } }

    /// The shortest time between two that follow each other, among the first hundred after an instant; nil when there are not two.
    package func shortestInterval(after instant: Instant) -> DurationText? {
        var shortest: Int64?
        var last = next(after: instant)
        for _ in 0..<100 {
            guard let one = last, let other = next(after: one) else { break }
            shortest = min(shortest ?? .max, other.milliseconds - one.milliseconds)
            last = other
        }
        return shortest.map { DurationText(milliseconds: $0) }
    }
}
