import LockstepModel
import Testing

/// What becomes of occurrences that are due, late, paused, or in each other's way.
struct SchedulePlannerTests {
    /// Every hour, in UTC.
    private static func hourly(_ change: (inout Schedule) -> Void = { _ in }) throws -> Schedule {
        var schedule = Schedule(
            id: ScheduleID("hourly"),
            workflowID: WorkflowID("w"),
            timing: .cron(try CronExpression(parsing: "0 * * * *"), .utc)
        )
        change(&schedule)
        return schedule
    }

    private static func at(_ text: String) throws -> Instant {
        try #require(Instant(parsing: "2026-03-01T\(text)Z"))
    }

    private static func plan(
        _ schedule: Schedule,
        from cursor: String,
        at now: String,
        _ change: (inout ScheduleSituation) throws -> Void = { _ in }
    ) throws -> SchedulePlan {
        var situation = ScheduleSituation(now: try at(now), cursor: try at(cursor))
        try change(&situation)
        return SchedulePlanner(schedule).plan(situation)
    }

    /// Hour and outcome of each decision, such as `10 fired`.
    private static func outcomes(_ plan: SchedulePlan) -> [String] {
        plan.decisions.map { "\($0.nominal.description.dropFirst(11).prefix(2)) \($0.outcome.rawValue)" }
    }

    @Test func `nothing is decided before its time, and then it fires without a reason`() throws {
        let schedule = try Self.hourly()
        let before = try Self.plan(schedule, from: "09:30:00", at: "09:59:59")
        #expect(before == SchedulePlan(cursor: try Self.at("09:30:00"), nextDue: try Self.at("10:00:00")))
        let after = try Self.plan(schedule, from: "09:30:00", at: "10:00:00")
        #expect(after.decisions == [OccurrenceDecision(try Self.at("10:00:00"), .fired, nil)])
        #expect(after.cursor == (try Self.at("10:00:00")))
        #expect(after.nextDue == (try Self.at("11:00:00")))
    }

    @Test(
        arguments: [
            ("10:01:00", CatchUpPolicy.Choice.none, ["10 fired"]),
            ("10:01:01", .none, ["10 missed"]),
            ("12:00:30", .none, ["10 missed", "11 missed", "12 fired"]),
            ("12:30:00", .latest, ["10 coalesced", "11 coalesced", "12 fired"]),
            ("12:00:30", .latest, ["10 coalesced", "11 coalesced", "12 fired"]),
            ("12:30:00", .all, ["10 fired", "11 fired", "12 fired"]),
        ]
    )
    func `late ones follow catch_up, and a minute is not late`(
        now: String,
        choice: CatchUpPolicy.Choice,
        outcomes: [String]
    ) throws {
        let schedule = try Self.hourly {
            $0.catchUp.choice = choice
            $0.overlap = .allow
        }
        let plan = try Self.plan(schedule, from: "09:30:00", at: now)
        #expect(Self.outcomes(plan) == outcomes)
        #expect(plan.decisions.allSatisfy { $0.outcome == .fired || $0.reason != nil })
    }

    @Test func `a reason says how late it is and by which rule`() throws {
        let schedule = try Self.hourly { $0.catchUp.choice = .none }
        let plan = try Self.plan(schedule, from: "09:30:00", at: "12:07:00")
        #expect(plan.decisions.first?.reason == "2h 07m late, and catch_up is none")
    }

    @Test func `what is later than the window is missed, and of the rest the newest fire up to the limit`() throws {
        let schedule = try Self.hourly {
            $0.catchUp.choice = .all
            $0.catchUp.window = DurationText(milliseconds: 4 * 3_600_000)
            $0.catchUp.limit = 2
            $0.overlap = .allow
        }
        let plan = try Self.plan(schedule, from: "04:30:00", at: "10:30:00")
        let expected = ["05 missed", "06 missed", "07 missed", "08 missed", "09 fired", "10 fired"]
        #expect(Self.outcomes(plan) == expected)
        #expect(plan.decisions[1].reason == "4h 30m late, and catch_up_window is 4h")
        #expect(
            plan.decisions[2].reason == "3h 30m late, and 2 newer ones are late, as many as catch_up_limit lets fire"
        )
    }

    @Test func `one that is on time takes nothing from the limit of those that are late`() throws {
        let schedule = try Self.hourly {
            $0.catchUp.choice = .all
            $0.catchUp.limit = 1
            $0.overlap = .allow
        }
        let plan = try Self.plan(schedule, from: "08:30:00", at: "11:00:10")
        #expect(Self.outcomes(plan) == ["09 missed", "10 fired", "11 fired"])
    }

    @Test(arguments: 1...7) func `a plan that is broken off goes on as if it had not been`(limit: Int) throws {
        for choice in CatchUpPolicy.Choice.allCases {
            let schedule = try Self.hourly {
                $0.catchUp.choice = choice
                $0.catchUp.limit = 3
                $0.overlap = .allow
            }
            let whole = try Self.plan(schedule, from: "01:30:00", at: "20:30:00")
            var pieces: [OccurrenceDecision] = []
            var cursor = "01:30:00"
            while true {
                let piece = try Self.plan(schedule, from: cursor, at: "20:30:00") { $0.limit = limit }
                #expect(piece.decisions.count <= limit)
                pieces += piece.decisions
                cursor = String(piece.cursor.description.dropFirst(11).prefix(8))
                guard let next = piece.nextDue, next <= (try Self.at("20:30:00")) else { break }
            }
            #expect(pieces == whole.decisions)
        }
    }

    @Test func `after the deadline it is missed, whatever catch_up says`() throws {
        let schedule = try Self.hourly {
            $0.catchUp.choice = .all
            $0.deadline = DurationText(milliseconds: 3_600_000)
            $0.overlap = .allow
        }
        let plan = try Self.plan(schedule, from: "08:30:00", at: "11:00:01")
        #expect(Self.outcomes(plan) == ["09 missed", "10 missed", "11 fired"])
        #expect(plan.decisions[1].reason == "1h 00m late, and its deadline is 1h")
    }

    @Test func `during a pause they are skipped, also those of before it, and those within it when it is over`() throws
    {
        let pause = SchedulePause(from: try Self.at("11:30:00"), to: try Self.at("13:00:00"))
        let during = try Self.plan(try Self.hourly(), from: "09:30:00", at: "12:30:00") {
            $0.pauses = [SchedulePause(from: pause.from)]
        }
        #expect(Self.outcomes(during) == ["10 skipped", "11 skipped", "12 skipped"])
        #expect(during.decisions.allSatisfy { $0.reason == "paused since 2026-03-01T11:30:00.000Z" })
        let after = try Self.plan(try Self.hourly(), from: "09:30:00", at: "13:30:00") { $0.pauses = [pause] }
        #expect(Self.outcomes(after) == ["10 coalesced", "11 coalesced", "12 skipped", "13 fired"])
        let inFile = try Self.plan(try Self.hourly { $0.isPaused = true }, from: "09:30:00", at: "10:00:00")
        #expect(Self.outcomes(inFile) == ["10 skipped"])
    }

    @Test func `overlap skip names what has not ended`() throws {
        let plan = try Self.plan(try Self.hourly(), from: "09:30:00", at: "10:00:00") { $0.active = ["job_1"] }
        #expect(plan.decisions == [OccurrenceDecision(try Self.at("10:00:00"), .skipped, "job_1 has not ended")])
        let allowed = try Self.plan(try Self.hourly { $0.overlap = .allow }, from: "09:30:00", at: "10:00:00") {
            $0.active = ["job_1"]
        }
        #expect(Self.outcomes(allowed) == ["10 fired"])
    }

    @Test func `overlap skip lets only the first of several fire`() throws {
        let schedule = try Self.hourly { $0.catchUp.choice = .all }
        let plan = try Self.plan(schedule, from: "09:30:00", at: "12:30:00")
        #expect(Self.outcomes(plan) == ["10 fired", "11 skipped", "12 skipped"])
        #expect(plan.decisions[1].reason == "the job of 2026-03-01T10:00:00.000Z has not ended")
    }

    @Test func `overlap queue lets them wait, and fires the oldest when nothing runs any more`() throws {
        let schedule = try Self.hourly { $0.overlap = .queue }
        let busy = try Self.plan(schedule, from: "09:30:00", at: "10:00:00") { $0.active = ["job_1"] }
        #expect(busy.decisions == [OccurrenceDecision(try Self.at("10:00:00"), .queued, "job_1 has not ended")])
        let still = try Self.plan(schedule, from: "10:00:00", at: "11:00:00") {
            $0.active = ["job_1"]
            $0.waiting = [try Self.at("10:00:00")]
        }
        #expect(Self.outcomes(still) == ["11 queued"])
        let free = try Self.plan(schedule, from: "11:00:00", at: "11:20:00") {
            $0.waiting = [try Self.at("10:00:00"), try Self.at("11:00:00")]
        }
        #expect(Self.outcomes(free) == ["10 fired"])
        #expect(free.decisions.first?.wasQueued == true)
    }

    @Test func `those that wait are given up at the deadline, by a pause and when the schedule ends`() throws {
        let schedule = try Self.hourly {
            $0.overlap = .queue
            $0.deadline = DurationText(milliseconds: 1_800_000)
        }
        let late = try Self.plan(schedule, from: "10:00:00", at: "10:30:01") {
            $0.active = ["job_1"]
            $0.waiting = [try Self.at("10:00:00")]
        }
        #expect(Self.outcomes(late) == ["10 missed"])
        let paused = try Self.plan(schedule, from: "10:00:00", at: "10:20:00") {
            $0.pauses = [SchedulePause(from: try Self.at("10:10:00"))]
            $0.waiting = [try Self.at("10:00:00")]
        }
        #expect(Self.outcomes(paused) == ["10 skipped"])
        let ended = try Self.plan(schedule, from: "10:00:00", at: "11:20:00") {
            $0.closing = "it was removed"
            $0.waiting = [try Self.at("10:00:00")]
        }
        #expect(ended.decisions.map(\.reason) == ["it was removed", "it was removed"])
        #expect(Self.outcomes(ended) == ["10 missed", "11 missed"])
    }

    @Test func `no more than catch_up_limit wait`() throws {
        let schedule = try Self.hourly {
            $0.overlap = .queue
            $0.catchUp.limit = 1
        }
        let plan = try Self.plan(schedule, from: "10:00:00", at: "11:00:00") {
            $0.active = ["job_1"]
            $0.waiting = [try Self.at("10:00:00")]
        }
        #expect(Self.outcomes(plan) == ["11 skipped"])
    }

    @Test func `cancel_running cancels what runs, and one that would be cancelled at once does not fire`() throws {
        let schedule = try Self.hourly {
            $0.overlap = .cancelRunning
            $0.catchUp.choice = .all
        }
        let plan = try Self.plan(schedule, from: "09:30:00", at: "11:30:00") { $0.active = ["job_1", "job_2"] }
        #expect(Self.outcomes(plan) == ["10 coalesced", "11 fired"])
        #expect(plan.decisions[1].cancels == ["job_1", "job_2"])
    }

    @Test func `jitter moves a time by the same amount each time, and what it moves is not late`() throws {
        let schedule = try Self.hourly {
            $0.jitter = DurationText(milliseconds: 600_000)
            $0.catchUp.choice = .none
        }
        let nominals = try (0..<24).map { try Self.at("\($0 < 10 ? "0" : "")\($0):00:00") }
        let offsets = nominals.map { schedule.dueTime(of: $0).milliseconds - $0.milliseconds }
        #expect(offsets == nominals.map { schedule.dueTime(of: $0).milliseconds - $0.milliseconds })
        #expect(offsets.allSatisfy { (0...600_000).contains($0) })
        #expect(Set(offsets).count > 20)
        let due = schedule.dueTime(of: try Self.at("10:00:00"))
        let early = ScheduleSituation(now: Instant(milliseconds: due.milliseconds - 1), cursor: try Self.at("09:30:00"))
        #expect(SchedulePlanner(schedule).plan(early) == SchedulePlan(cursor: early.cursor, nextDue: due))
        var situation = early
        situation.now = due
        #expect(Self.outcomes(SchedulePlanner(schedule).plan(situation)) == ["10 fired"])
        situation.now = try Self.at("10:11:00")
        #expect(Self.outcomes(SchedulePlanner(schedule).plan(situation)) == ["10 fired"])
        situation.now = try Self.at("10:11:01")
        #expect(Self.outcomes(SchedulePlanner(schedule).plan(situation)) == ["10 missed"])
        var other = schedule
        other.id = ScheduleID("other")
        #expect(nominals.map { other.dueTime(of: $0) } != nominals.map { schedule.dueTime(of: $0) })
    }

    @Test func `one whose jitter is not over when the schedule ends has its row`() throws {
        let schedule = try Self.hourly { $0.jitter = DurationText(milliseconds: 600_000) }
        let nominal = try Self.at("10:00:00")
        try #require(schedule.dueTime(of: nominal) > nominal)
        let open = try Self.plan(schedule, from: "09:30:00", at: "10:00:00")
        #expect(open.decisions == [])
        let closed = try Self.plan(schedule, from: "09:30:00", at: "10:00:00") { $0.closing = "it was removed" }
        #expect(closed.decisions == [OccurrenceDecision(nominal, .missed, "it was removed")])
    }

    @Test func `the first and the last instant count, and nothing comes after them`() throws {
        let schedule = try Self.hourly {
            $0.from = Instant(parsing: "2026-03-01T10:00:00Z")
            $0.to = Instant(parsing: "2026-03-01T12:00:00Z")
            $0.catchUp.choice = .all
            $0.overlap = .allow
        }
        let plan = try Self.plan(schedule, from: "03:00:00", at: "20:00:00")
        #expect(Self.outcomes(plan) == ["10 fired", "11 fired", "12 fired"])
        #expect(plan.nextDue == nil)
    }

    @Test func `a single time fires once`() throws {
        let schedule = Schedule(
            id: ScheduleID("one"),
            workflowID: WorkflowID("w"),
            timing: .once(try Self.at("10:00:00"), .utc)
        )
        let plan = try Self.plan(schedule, from: "03:00:00", at: "10:00:00")
        #expect(Self.outcomes(plan) == ["10 fired"])
        #expect(plan.nextDue == nil)
        #expect(try Self.plan(schedule, from: "10:00:00", at: "23:00:00").decisions == [])
    }

    @Test func `a clock that was set back decides nothing again`() throws {
        let plan = try Self.plan(try Self.hourly(), from: "11:00:00", at: "10:30:00")
        #expect(plan.decisions == [])
        #expect(plan.nextDue == (try Self.at("12:00:00")))
        let changed = try Self.plan(try Self.hourly(), from: "10:30:00", at: "12:00:00") {
            $0.decided = [try Self.at("11:00:00")]
        }
        #expect(Self.outcomes(changed) == ["12 fired"])
    }
}
