import Foundation
import LockstepDefinitions
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

@testable import LockstepEngine

/// What a scheduler does when something is wrong with a schedule, a disk, or what it has to make up for.
struct SchedulerTroubleTests {
    private let world: ScheduleWorld

    init() throws {
        world = try ScheduleWorld()
    }

    /// Gives a schedule an expression that no program reads.
    private func spoil(_ id: String) async throws {
        let store = try world.store
        let read = try #require(try await store.schedule(ScheduleID(id)))
        var object = try #require(read.definition.objectValue)
        object["cron"] = "0 0 30 2 *"
        var spoiled = read
        spoiled.definition = .object(object)
        #expect(try await store.put(spoiled, over: read))
    }

    @Test func `one that cannot be made for want of a disk holds up no other, and fires when it can`() async throws {
        try world.folder.write("one", to: "doc.txt")
        try await world.add("a", ["cron": "0 * * * *", "inputs": ["doc": "doc.txt"]])
        try await world.add("b", ["cron": "0 * * * *"])
        let incoming = world.workspace.project.stateFolder + "/assets/incoming"
        try FileManager.default.removeItem(atPath: incoming)
        let tick = try await world.tick("10:00:00")
        #expect(tick.counts == [.fired: 1] && tick.problems.map(\.id) == [ScheduleID("a")])
        #expect(tick.nextDue == (try ScheduleWorld.at("10:01:00")))
        #expect(try await world.outcomes("a").isEmpty)
        #expect(try await world.outcomes("b") == ["10 fired"])
        #expect(try await world.service.getSchedule(ScheduleID("a"), as: world.actor).problem != nil)
        try FileManager.default.createDirectory(atPath: incoming, withIntermediateDirectories: true)
        #expect(try await world.tick("10:01:00").counts == [.fired: 1])
        #expect(try await world.service.getSchedule(ScheduleID("a"), as: world.actor).problem == nil)
    }

    @Test func `what was decided before the one that cannot be made is kept`() async throws {
        try world.folder.write("one", to: "doc.txt")
        try await world.add(
            "a",
            ["cron": "0 * * * *", "inputs": ["doc": "doc.txt"], "catch_up_window": "2h"]
        )
        let incoming = world.workspace.project.stateFolder + "/assets/incoming"
        try FileManager.default.removeItem(atPath: incoming)
        _ = try await world.tick("14:30:00")
        #expect(try await world.outcomes("a") == ["10 missed", "11 missed", "12 missed", "13 coalesced"])
        try FileManager.default.createDirectory(atPath: incoming, withIntermediateDirectories: true)
        _ = try await world.tick("14:31:00")
        #expect(try await world.outcomes("a").suffix(2) == ["13 coalesced", "14 fired"])
    }

    @Test func `many late batches are made a few at a time, and each once`() async throws {
        try world.folder.write("one", to: "inbox/a.txt")
        try await world.add(
            "files",
            [
                "cron": "* * * * *", "batch": ["glob": "inbox/*.txt", "as": "doc"], "catch_up": "all",
                "overlap": "allow",
            ]
        )
        #expect(try await world.tick("10:32:00").counts == [.fired: 62])
        #expect(Set(try await world.ledger("files").compactMap(\.batchID)).count == 62)
    }

    @Test func `after one that could not fire the next is decided as if it had never been`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "catch_up": "all"])
        try FileManager.default.removeItem(atPath: world.folder.path("workflows/greet.yaml"))
        #expect(try await world.tick("12:30:00").counts == [.missed: 3])
        let reasons = try await world.ledger("hourly").map(\.reason)
        #expect(reasons.allSatisfy { $0?.hasPrefix("there is no workflow") ?? false })
    }

    @Test func `one that cannot be read any more is noted once, and can be removed with what waits`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "overlap": "queue"])
        _ = try await world.tick("10:00:00")
        _ = try await world.tick("11:00:00")
        try await spoil("hourly")
        #expect(try await world.tick("11:10:00").problems.count == 1)
        let commits = try world.store.commits.count
        #expect(try await world.tick("11:10:01").isEmpty)
        #expect(try world.store.commits.count == commits)
        _ = try await world.service.removeSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(try await world.outcomes("hourly") == ["10 fired", "11 missed"])
        #expect(try await world.tick("12:30:00").isEmpty)
    }

    @Test func `an occurrence whose jitter is not over when its schedule goes or changes is missed`() async throws {
        try await world.add("hourly", ["cron": "0 * * * *", "jitter": "10m"])
        #expect(try await world.tick("10:00:00").isEmpty)
        try await world.add("hourly", ["cron": "0 * * * *", "jitter": "9m"], replaces: true)
        #expect(try await world.outcomes("hourly") == ["10 missed"])
        #expect(try await world.tick("11:00:00").isEmpty)
        _ = try await world.service.removeSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(try await world.outcomes("hourly") == ["10 missed", "11 missed"])
    }

    @Test func `one that has much to make up for holds up neither the others nor a stop`() async throws {
        try await world.add("a-storm", ["cron": "* * * * *"])
        try await world.add("b", ["cron": "30 9 * * *"])
        world.clock.set(try ScheduleWorld.at(day: 3, "09:30:00"))
        let stop = StopSignal()
        let scheduler = Scheduler(
            world.workspace,
            onNews: { news in
                if case .tick = news { stop.stop() }
            }
        )
        await scheduler.run(until: stop)
        #expect(try await world.ledger("a-storm").count == ScheduleDecider.rowLimit)
        #expect(try await world.ledger("b").map(\.outcome) == [.coalesced, .fired])
    }

    @Test func `a reason names the first mistakes and counts the others`() {
        let fields = (1...5).map { FieldError(field: "line \($0)", message: "is wrong") }
        #expect(
            JobError(.validationError, "Not valid.", fields: fields).inOneLine
                == "Not valid. line 1: is wrong line 2: is wrong line 3: is wrong and 2 more"
        )
        #expect(JobError(.validationError, "Not valid.").inOneLine == "Not valid.")
    }
}
