/// One making of a plan.
struct PlanRun {
    private let schedule: Schedule
    private let situation: ScheduleSituation
    private var waiting: [Instant]
    /// What keeps another occurrence from firing, as sentences name it; empty when nothing does.
    private var busy: [String]
    /// Times after the one that is decided which would fire in its place.
    private var successors: Foresight
    /// Late times after the one that is decided.
    private var lateOnes: Foresight
    private(set) var plan: SchedulePlan

    init(_ schedule: Schedule, _ situation: ScheduleSituation) {
        self.schedule = schedule
        self.situation = situation
        waiting = situation.waiting
        busy = situation.active
        successors = Foresight(schedule, situation, upTo: situation.now)
        lateOnes = Foresight(
            schedule,
            situation,
            upTo: Instant(milliseconds: situation.now.milliseconds - Self.tolerance(of: schedule) - 1)
        )
        plan = SchedulePlan(cursor: situation.cursor)
    }

    private static func tolerance(of schedule: Schedule) -> Int64 {
        SchedulePlanner.tolerance + schedule.jitter.milliseconds
    }

    private var isFull: Bool { plan.decisions.count >= situation.limit }

    private func pause(at instant: Instant) -> SchedulePause? { situation.pauses.first { $0.contains(instant) } }

    private func lateness(of nominal: Instant) -> Int64 { situation.now.milliseconds - nominal.milliseconds }

    private func late(_ nominal: Instant) -> String {
        DurationText.short(seconds: Double(lateness(of: nominal)) / 1000) + " late"
    }

    // MARK: - Those that wait

    /// Fires the oldest of those that wait, if nothing keeps it, and gives up those that have waited too long.
    mutating func settleWaiting() {
        while let nominal = waiting.first, !isFull {
            guard var decision = decisionAboutWaiting(nominal) else { return }
            decision.wasQueued = true
            plan.decisions.append(decision)
            waiting.removeFirst()
        }
    }

    private mutating func decisionAboutWaiting(_ nominal: Instant) -> OccurrenceDecision? {
        if let closing = situation.closing { return OccurrenceDecision(nominal, .missed, closing) }
        if schedule.isPaused || pause(at: situation.now) != nil {
            return OccurrenceDecision(nominal, .skipped, "the schedule was paused while it waited")
        }
        if let missed = missedByDeadline(nominal) { return missed }
        guard busy.isEmpty || schedule.overlap == .allow else { return nil }
        busy = ["the job of \(nominal)"]
        return OccurrenceDecision(nominal, .fired, "waited until \(situation.now) for an earlier one to end")
    }

    private func missedByDeadline(_ nominal: Instant) -> OccurrenceDecision? {
        guard let deadline = schedule.deadline, lateness(of: nominal) > deadline.milliseconds else { return nil }
        return OccurrenceDecision(nominal, .missed, "\(late(nominal)), and its deadline is \(deadline)")
    }

    // MARK: - Those that are due

    /// Decides one time after the other, until one is not due yet.
    mutating func decideDue() {
        while let nominal = schedule.next(after: plan.cursor) {
            // A schedule that ends or changes does not come to what its jitter put off.
            let due = situation.closing == nil ? schedule.dueTime(of: nominal) : nominal
            guard due <= situation.now, !isFull else {
                plan.nextDue = due
                return
            }
            plan.cursor = nominal
            guard !situation.decided.contains(nominal) else { continue }
            plan.decisions.append(decision(about: nominal))
        }
        plan.nextDue = nil
    }

    private mutating func decision(about nominal: Instant) -> OccurrenceDecision {
        if schedule.isPaused { return OccurrenceDecision(nominal, .skipped, "its definition says `paused: true`") }
        // What came before a pause and is decided during it does not fire either: nobody wants a job now.
        if let pause = pause(at: nominal) ?? pause(at: situation.now) {
            return OccurrenceDecision(nominal, .skipped, "paused since \(pause.from)")
        }
        if let closing = situation.closing { return OccurrenceDecision(nominal, .missed, closing) }
        successors.pass(nominal)
        lateOnes.pass(nominal)
        if let missed = missedByDeadline(nominal) { return missed }
        let isLate = lateness(of: nominal) > Self.tolerance(of: schedule)
        if isLate, let other = decisionAboutLate(nominal) { return other }
        if schedule.overlap == .cancelRunning, let successor = successors.first(after: nominal) {
            return OccurrenceDecision(nominal, .coalesced, "\(successor) is due as well, and would cancel it at once")
        }
        return fire(nominal, isLate ? "\(late(nominal)), and catch_up is \(schedule.catchUp.choice.rawValue)" : nil)
    }

    /// Nil when it fires in spite of being late.
    private mutating func decisionAboutLate(_ nominal: Instant) -> OccurrenceDecision? {
        let policy = schedule.catchUp
        guard policy.choice != .none else {
            return OccurrenceDecision(nominal, .missed, "\(late(nominal)), and catch_up is none")
        }
        guard lateness(of: nominal) <= policy.window.milliseconds else {
            return OccurrenceDecision(nominal, .missed, "\(late(nominal)), and catch_up_window is \(policy.window)")
        }
        if policy.choice == .latest, let successor = successors.first(after: nominal) {
            let reason = "\(late(nominal)); \(successor) was due as well, and catch_up is latest"
            return OccurrenceDecision(nominal, .coalesced, reason)
        }
        if policy.choice == .all, lateOnes.has(policy.limit, after: nominal) {
            let reason =
                "\(late(nominal)), and \(policy.limit) newer ones are late, as many as catch_up_limit lets fire"
            return OccurrenceDecision(nominal, .missed, reason)
        }
        return nil
    }

    private mutating func fire(_ nominal: Instant, _ reason: String?) -> OccurrenceDecision {
        var decision = OccurrenceDecision(nominal, .fired, reason)
        switch schedule.overlap {
        case .allow: return decision
        case .cancelRunning:
            decision.cancels = situation.active.filter { busy.contains($0) }
            if !decision.cancels.isEmpty {
                let cancelled = "cancelled \(decision.cancels.joined(separator: ", "))"
                decision.reason = reason.map { "\($0); \(cancelled)" } ?? cancelled
            }
        case .skip:
            guard busy.isEmpty else {
                return OccurrenceDecision(nominal, .skipped, "\(named(busy)) not ended")
            }
        case .queue:
            guard busy.isEmpty, waiting.isEmpty else {
                let limit = schedule.catchUp.limit
                guard waiting.count < limit else {
                    return OccurrenceDecision(
                        nominal,
                        .skipped,
                        "\(limit) wait already, as many as catch_up_limit lets"
                    )
                }
                waiting.append(nominal)
                return OccurrenceDecision(
                    nominal,
                    .queued,
                    busy.isEmpty ? "earlier ones wait" : "\(named(busy)) not ended"
                )
            }
        }
        busy = ["the job of \(nominal)"]
        return decision
    }

    private func named(_ things: [String]) -> String {
        let shown = things.prefix(3).joined(separator: ", ") + (things.count > 3 ? " and \(things.count - 3) more" : "")
        return shown + (things.count == 1 ? " has" : " have")
    }
}

/// Looks at the times that come after the one that is decided, at each once however many are decided.
private struct Foresight {
    private let schedule: Schedule
    private let pauses: [SchedulePause]
    private let end: Instant
    /// Times that were looked at and not yet decided; those within a pause are left out.
    private var seen: [Instant] = []
    /// Where the first of them is.
    private var start = 0
    private var last: Instant
    private var isOver = false

    init(_ schedule: Schedule, _ situation: ScheduleSituation, upTo end: Instant) {
        self.schedule = schedule
        self.end = end
        pauses = situation.pauses
        last = situation.cursor
    }

    /// Forgets a time that is decided now.
    mutating func pass(_ nominal: Instant) {
        while start < seen.count, seen[start] <= nominal { start += 1 }
        last = max(last, nominal)
        if start > 4096 {
            seen.removeFirst(start)
            start = 0
        }
    }

    mutating func has(_ count: Int, after nominal: Instant) -> Bool {
        while seen.count - start < count, !isOver { look() }
        return seen.count - start >= count
    }

    mutating func first(after nominal: Instant) -> Instant? {
        has(1, after: nominal) ? seen[start] : nil
    }

    private mutating func look() {
        guard let next = schedule.next(after: last), next <= end else {
            isOver = true
            return
        }
        guard let pause = pauses.first(where: { $0.contains(next) }) else {
            last = next
            seen.append(next)
            return
        }
        // What is paused does not fire; the search goes on where the pause ends.
        guard let resumed = pause.to else {
            isOver = true
            return
        }
        last = Instant(milliseconds: max(next.milliseconds, resumed.milliseconds - 1))
    }
}
