import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// The scheduler over a real database, with a clock that stands still until it is moved.
struct SchedulerTests {
    private let world: ScheduleWorld

    init() throws {
        world = try ScheduleWorld()
    }

    @Test func `an occurrence fires as a queued job, on record with its schedule, its time and who added it`()
        async throws
    {
        try await world.add("hourly", ["cron": "0 * * * *", "inputs": ["word": "hello"]])
        #expect(try await world.tick("10:00:00").counts == [.fired: 1])
        let entry = try #require(try await world.ledger("hourly").first)
        #expect(entry.nominal == (try ScheduleWorld.at("10:00:00")) && entry.reason == nil)
        let job = try await world.service.getJob(try #require(entry.jobID), as: world.actor)
        #expect(job.state == .queued)
        #expect(job.enqueuedAt == (try ScheduleWorld.at("10:00:00")))
        #expect(job.scheduleID == "hourly" && job.userID == "ann")
        #expect(job.inputValues["word"] == "hello")
        let created = try #require(try await world.service.listEvents(job.id, as: world.actor).first)
        #expect(created.actor == "scheduler" && created.data["scheduled_by"] == "ann")
        #expect(created.data["nominal_at"] == "2026-03-01T10:00:00.000Z")
        #expect(try await world.tick("10:00:30").isEmpty)
    }

    @Test func `times that nobody kept are decided by catch_up, each with its reason`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "catch_up": "latest"])
        #expect(try await world.tick("13:30:00").counts == [.coalesced: 3, .fired: 1])
        #expect(try await world.outcomes("hourly") == ["10 coalesced", "11 coalesced", "12 coalesced", "13 fired"])
        #expect(try await world.ledger("hourly").allSatisfy { $0.reason != nil })
        #expect(try await world.jobCount() == 1)
    }

    @Test func `a storm of missed times is written in pieces, and fires once`() async throws {
        try await world.add("minutely", ["cron": "* * * * *"])
        let tick = try await world.tick(day: 3, "09:30:01")
        #expect(tick.counts == [.missed: 1440, .coalesced: 1439, .fired: 1])
        #expect(try await world.jobCount() == 1)
        #expect(tick.nextDue == (try ScheduleWorld.at(day: 3, "09:31:00")))
    }

    @Test func `an earlier job that has not ended is named by the one that is skipped`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *"])
        _ = try await world.tick("10:00:00")
        _ = try await world.tick("11:00:00")
        let ledger = try await world.ledger("hourly")
        #expect(ledger.map(\.outcome) == [.fired, .skipped])
        #expect(ledger[1].reason == "\(try #require(ledger[0].jobID)) has not ended")
        _ = try await world.service.cancelJob(try #require(ledger[0].jobID), as: world.actor)
        _ = try await world.tick("12:00:00")
        #expect(try await world.outcomes("hourly") == ["10 fired", "11 skipped", "12 fired"])
    }

    @Test func `one that waits fires when the other has ended, and its row says so`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "overlap": "queue"])
        _ = try await world.tick("10:00:00")
        _ = try await world.tick("11:00:00")
        #expect(try await world.outcomes("hourly") == ["10 fired", "11 queued"])
        #expect(try await world.tick("11:10:00").isEmpty)
        _ = try await world.service.cancelJob(try #require(try await world.ledger("hourly")[0].jobID), as: world.actor)
        #expect(try await world.tick("11:20:00").counts == [.fired: 1])
        #expect(try await world.outcomes("hourly") == ["10 fired", "11 fired"])
        #expect(try await world.jobCount() == 2)
    }

    @Test func `cancel_running cancels the job in the transaction in which the new one is made`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "overlap": "cancel_running"])
        _ = try await world.tick("10:00:00")
        _ = try await world.tick("11:00:00")
        let ledger = try await world.ledger("hourly")
        #expect(ledger.map(\.outcome) == [.fired, .fired])
        let first = try await world.service.getJob(try #require(ledger[0].jobID), as: world.actor)
        #expect(first.state == .cancelled && first.errorCode == "CANCELLED")
        #expect(ledger[1].reason == "cancelled \(first.id)")
        #expect(try await world.isSound())
    }

    @Test func `while it is paused its times are skipped, and it goes on afterwards`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *"])
        world.move("09:40:00")
        _ = try await world.service.pauseSchedule(ScheduleID("hourly"), as: world.actor)
        await #expect(throws: JobError.self) {
            try await world.service.pauseSchedule(ScheduleID("hourly"), as: world.actor)
        }
        _ = try await world.tick("10:00:00")
        world.move("11:30:00")
        _ = try await world.service.resumeSchedule(ScheduleID("hourly"), as: world.actor)
        _ = try await world.tick("12:00:00")
        #expect(try await world.outcomes("hourly") == ["10 skipped", "11 skipped", "12 fired"])
    }

    @Test func `a schedule that is changed or new fires nothing of before, and what was due is missed`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *"])
        world.move("12:30:00")
        try await world.add("hourly", ["cron": "15 * * * *", "catch_up": "all"], replaces: true)
        #expect(try await world.outcomes("hourly") == ["10 missed", "11 missed", "12 missed"])
        #expect(try await world.tick("13:15:00").counts == [.fired: 1])
        #expect(try await world.ledger("hourly").last?.nominal == (try ScheduleWorld.at("13:15:00")))
        await #expect(throws: JobError.self) { try await world.add("hourly", ["cron": "15 * * * *"]) }
    }

    @Test func `a schedule that was removed fires nothing, and its history stays`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "overlap": "queue"])
        _ = try await world.tick("10:00:00")
        _ = try await world.tick("11:00:00")
        world.move("12:30:00")
        _ = try await world.service.removeSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(try await world.tick("15:00:00").isEmpty)
        #expect(try await world.outcomes("hourly") == ["10 fired", "11 missed", "12 missed"])
        #expect(try await world.service.listSchedules(as: world.actor).isEmpty)
        try await world.add("hourly", ["cron": "0 * * * *"])
        #expect(try await world.service.listSchedules(as: world.actor).count == 1)
    }

    @Test func `a workflow that is gone, and inputs that became invalid, are misses with their reason`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "inputs": ["word": "hello"]])
        try world.folder.write(
            ScheduleWorld.workflow.replacing(
                "default: hello, schema: { type: string, enum: [hello, goodbye]",
                with: "schema: { type: string, enum: [goodbye]"
            ),
            to: "workflows/greet.yaml"
        )
        _ = try await world.tick("10:00:00")
        let invalid = try #require(try await world.ledger("hourly").first)
        #expect(invalid.outcome == .missed && invalid.reason?.contains("word: ") == true)
        var status = try await world.service.getSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(status.problem == invalid.reason)
        try FileManager.default.removeItem(atPath: world.folder.path("workflows/greet.yaml"))
        _ = try await world.tick("11:00:00")
        let gone = try #require(try await world.ledger("hourly").last)
        #expect(
            gone.outcome == .missed
                && gone.reason == "there is no workflow `greet`; `lockstep workflows list` shows all of them"
        )
        try world.folder.write(ScheduleWorld.workflow, to: "workflows/greet.yaml")
        _ = try await world.tick("12:00:00")
        status = try await world.service.getSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(status.problem == nil && status.last?.outcome == .fired)
    }

    @Test func `a clock that is set back an hour fires nothing twice and loses nothing`() async throws {
        try await world.add("minutely", ["cron": "*/10 * * * *", "overlap": "allow"])
        for minute in stride(from: 30, through: 90, by: 5) { try await tick(minute) }
        for minute in stride(from: 30, through: 120, by: 5) { try await tick(minute) }
        func tick(_ minute: Int) async throws {
            let time = try ScheduleWorld.at("09:00:00").milliseconds + Int64(minute) * 60_000
            _ = try await world.tick(at: Instant(milliseconds: time))
        }
        let fired = try await world.ledger("minutely").map { $0.nominal.milliseconds / 60_000 % 1440 - 540 }
        #expect(fired == [40, 50, 60, 70, 80, 90, 100, 110, 120])
        #expect(try await world.jobCount() == 9)
    }

    @Test func `of several schedulers over one database each occurrence is decided by one`() async throws {
        for number in 0..<20 { try await world.add("s\(number)", ["cron": "* * * * *", "overlap": "allow"]) }
        let workspaces = try (0..<4).map { _ in try world.open() }
        for minute in 31..<41 {
            let now = try ScheduleWorld.at("09:\(minute):00")
            world.clock.set(now)
            let results = await withTaskGroup(of: Bool.self) { group in
                for workspace in workspaces {
                    group.addTask { (try? await Scheduler(workspace).tick(at: now)) != nil }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(results == [true, true, true, true])
        }
        #expect(try await world.jobCount() == 200)
        for number in 0..<20 {
            #expect(try await world.ledger("s\(number)").map(\.outcome) == Array(repeating: .fired, count: 10))
        }
        #expect(try await world.isSound())
    }

    @Test func `a single time fires once and is over`() async throws {
        try await world.add("one", ["at": "2026-03-01T11:00:00Z"])
        #expect(try await world.tick("10:59:59").nextDue == (try ScheduleWorld.at("11:00:00")))
        #expect(try await world.tick("11:00:00").counts == [.fired: 1])
        #expect(try await world.tick(day: 2, "11:00:00").isEmpty)
        await #expect(throws: JobError.self) { try await world.add("past", ["at": "2026-02-01T11:00:00Z"]) }
    }

    @Test func `a job that has a time to start is queued for the workers when it has come`() async throws {
        world.move("09:00:00")
        var request = CreateJobRequest(workflow: try world.workspace.catalog.workflow(WorkflowID("greet")))
        request.details.scheduledAt = try ScheduleWorld.at("10:00:00")
        let job = try await world.service.createJob(request, as: world.actor)
        #expect(try await world.tick("09:59:00").startedJobs == 0)
        #expect(try await world.tick("10:00:00").startedJobs == 1)
        let queued = try await world.service.getJob(job.id, as: world.actor)
        #expect(queued.state == .queued)
        #expect(queued.enqueuedAt == (try ScheduleWorld.at("10:00:00")))
        let last = try #require(try await world.service.listEvents(job.id, as: world.actor).last)
        #expect(last.fromState == .scheduled && last.toState == .queued && last.actor == "scheduler")
    }

    @Test func `what somebody wants now is fired besides, with a row of its own`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "paused": true])
        let entry = try await world.service.runSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(entry.outcome == .fired && entry.requestedBy == "ann" && entry.jobID != nil)
        // The clock stands exactly on a time of the schedule.
        world.move("10:00:00")
        let other = try await world.service.runSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(other.nominal.milliseconds == (try ScheduleWorld.at("10:00:00")).milliseconds + 1)
        _ = try await world.tick("10:00:00")
        #expect(try await world.ledger("hourly").map(\.outcome) == [.fired, .skipped, .fired])
    }

    @Test func `a batch is made real with its row`() async throws {
        try world.folder.write("one", to: "inbox/a.txt")
        try world.folder.write("two", to: "inbox/b.txt")
        try await world.add("files", ["cron": "0 * * * *", "batch": ["glob": "inbox/*.txt", "as": "doc"]])
        #expect(try await world.tick("10:00:00").counts == [.fired: 1])
        let entry = try #require(try await world.ledger("files").first)
        let batch = try await world.service.getBatch(try #require(entry.batchID), as: world.actor).batch
        #expect(batch.total == 2 && batch.scheduleID == "files" && batch.enqueuedAt != nil && batch.userID == "ann")
        _ = try await world.tick("11:00:00")
        #expect(try await world.ledger("files").last?.reason == "\(batch.id) has not ended")
    }

    @Test func `a pattern that no file matches is skipped, and files that are not valid can be left out`() async throws
    {
        try await world.add("files", ["cron": "0 * * * *", "batch": ["glob": "inbox/*.txt", "as": "doc"]])
        _ = try await world.tick("10:00:00")
        let empty = try #require(try await world.ledger("files").first)
        #expect(empty.outcome == .skipped && empty.reason == "no file matches inbox/*.txt")
        #expect(try await world.service.getSchedule(ScheduleID("files"), as: world.actor).problem == nil)
        await #expect(throws: JobError.self) {
            try await world.service.runSchedule(ScheduleID("files"), as: world.actor)
        }
        try world.folder.write("one", to: "inbox/a.txt")
        try world.folder.write("two", to: "inbox/b\n.txt")
        _ = try await world.tick("11:00:00")
        let missed = try #require(try await world.ledger("files").last)
        #expect(missed.outcome == .missed && missed.reason?.contains("`skip_invalid: true`") == true)
        try await world.add(
            "files",
            [
                "cron": "0 * * * *",
                "batch": ["glob": "inbox/*.txt", "as": "doc", "skip_invalid": true, "max_parallel": 2],
            ],
            replaces: true
        )
        #expect(try await world.tick("12:00:00").counts == [.fired: 1])
        let id = try #require(try await world.ledger("files").last?.batchID)
        let batch = try await world.service.getBatch(id, as: world.actor).batch
        #expect(batch.total == 1 && batch.invalid == 1 && batch.maxParallel == 2)
    }

    @Test func `a time without a zone is on the clocks of a single time's zone, and one in a gap is the one after it`()
        async throws
    {
        try await world.add("one", ["at": "2026-12-01T10:00", "time_zone": "Europe/Berlin"])
        let one = try await world.service.explainOccurrence(
            of: ScheduleID("one"),
            at: "2026-12-01T10:00",
            as: world.actor
        )
        #expect(one.nominal == Instant(parsing: "2026-12-01T09:00:00Z"))
        #expect(one.sentences.first?.hasPrefix("It is still to come") == true)
        try await world.add("daily", ["cron": "30 2 * * *", "time_zone": "Europe/Berlin"])
        let gap = try await world.service.explainOccurrence(
            of: ScheduleID("daily"),
            at: "2026-03-29T02:30",
            as: world.actor
        )
        #expect(gap.nominal == Instant(parsing: "2026-03-29T01:00:00Z"))
        #expect(gap.sentences.count == 2 && gap.sentences[1].hasPrefix("It is still to come"))
    }

    @Test func `it ticks by itself until it is stopped`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *"])
        world.move("10:00:00")
        let stop = StopSignal()
        let scheduler = Scheduler(
            world.workspace,
            onNews: { news in
                if case .tick = news { stop.stop() }
            }
        )
        await scheduler.run(until: stop)
        #expect(try await world.outcomes("hourly") == ["10 fired"])
    }
}
