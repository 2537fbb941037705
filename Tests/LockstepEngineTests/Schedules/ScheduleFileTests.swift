import Foundation
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// Schedules that stand in workflow files.
struct ScheduleFileTests {
    private static func schedules(_ cron: String) -> String {
        "schedules: [{ schedule_id: hourly, cron: \"\(cron)\" }]\n"
    }

    private func write(_ schedules: String, in world: ScheduleWorld) throws {
        try world.folder.write(ScheduleWorld.workflow + "\n" + schedules, to: "workflows/greet.yaml")
    }

    @Test func `one begins when the scheduler first sees it`() async throws {
        let world = try ScheduleWorld(schedules: Self.schedules("0 * * * *"))
        #expect(try await world.tick("09:30:00").nextDue == (try ScheduleWorld.at("10:00:00")))
        #expect(try await world.tick("10:00:00").counts == [.fired: 1])
        let status = try await world.service.getSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(status.stored.origin == .file && status.stored.workflowID == WorkflowID("greet"))
        await #expect(throws: JobError.self) {
            try await world.service.removeSchedule(ScheduleID("hourly"), as: world.actor)
        }
        await #expect(throws: JobError.self) { try await world.add("hourly", ["cron": "0 * * * *"], replaces: true) }
    }

    @Test func `a change of the workflow alone leaves it as it is`() async throws {
        let world = try ScheduleWorld(schedules: Self.schedules("0 * * * *"))
        _ = try await world.tick("09:30:00")
        try write("description: Other.\n" + Self.schedules("0 * * * *"), in: world)
        #expect(try await world.tick("13:00:00").counts == [.coalesced: 3, .fired: 1])
    }

    @Test func `an edit is in force from when it is seen, and a schedule that is taken out ends`() async throws {
        let world = try ScheduleWorld(schedules: Self.schedules("0 * * * *"))
        _ = try await world.tick("09:30:00")
        try write(Self.schedules("15 * * * *"), in: world)
        #expect(try await world.tick("12:30:00").isEmpty)
        #expect(try await world.outcomes("hourly") == ["10 missed", "11 missed", "12 missed"])
        #expect(try await world.tick("13:15:00").counts == [.fired: 1])
        try write("", in: world)
        #expect(try await world.tick("15:30:00").isEmpty)
        let status = try await world.service.getSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(status.stored.endedAt == (try ScheduleWorld.at("15:30:00")))
        #expect(try await world.outcomes("hourly").suffix(2) == ["14 missed", "15 missed"])
    }

    @Test func `while its file has mistakes it goes on as before, and says why nothing fires`() async throws {
        let world = try ScheduleWorld(schedules: Self.schedules("0 * * * *"))
        _ = try await world.tick("09:30:00")
        try write("schedules: [{ schedule_id: hourly, cron: \"0 0 30 2 *\" }]\n", in: world)
        _ = try await world.tick("10:00:00")
        #expect(try await world.outcomes("hourly") == ["10 missed"])
        #expect(try await world.ledger("hourly").first?.reason?.contains("cannot be used") == true)
    }

    @Test func `one that somebody has added keeps its name`() async throws {
        let world = try ScheduleWorld(schedules: Self.schedules("0 * * * *"))
        try await world.add("hourly", ["cron": "5 * * * *"])
        _ = try await world.tick("10:00:00")
        #expect(try await world.tick("10:05:00").counts == [.fired: 1])
    }

    @Test func `one that somebody has added keeps its name until it is removed, which is told once`() async throws {
        let world = try ScheduleWorld(schedules: Self.schedules("0 * * * *"))
        try await world.add("hourly", ["cron": "5 * * * *"])
        let told = NewsList()
        let scheduler = Scheduler(world.workspace, onNews: { told.add($0.words) })
        for minute in 31..<34 { _ = try await scheduler.tick(at: try ScheduleWorld.at("09:\(minute):00")) }
        #expect(told.words.filter { $0.contains("made one of the same name") }.count == 1)
        world.move("09:40:00")
        _ = try await world.service.removeSchedule(ScheduleID("hourly"), as: world.actor)
        _ = try await scheduler.tick(at: try ScheduleWorld.at("09:41:00"))
        #expect(try await scheduler.tick(at: try ScheduleWorld.at("10:00:00")).counts == [.fired: 1])
    }

    @Test func `a folder or a file that cannot be read ends nothing and forgets no pause`() async throws {
        let world = try ScheduleWorld(schedules: Self.schedules("0 * * * *"))
        _ = try await world.tick("09:30:00")
        _ = try await world.service.pauseSchedule(ScheduleID("hourly"), as: world.actor)
        let files = FileManager.default
        let (folder, file) = (world.folder.path("workflows"), world.folder.path("workflows/greet.yaml"))
        // Links in a circle: there is something, and nobody can read it.
        try files.moveItem(atPath: folder, toPath: folder + ".away")
        try files.createSymbolicLink(atPath: folder, withDestinationPath: folder)
        _ = try await world.tick("09:32:00")
        try files.removeItem(atPath: folder)
        try files.moveItem(atPath: folder + ".away", toPath: folder)
        // Listed, and gone when it is opened.
        try files.moveItem(atPath: file, toPath: world.folder.path("greet.yaml"))
        try files.createSymbolicLink(atPath: file, withDestinationPath: "/nonexistent")
        _ = try await world.tick("09:34:00")
        let status = try await world.service.getSchedule(ScheduleID("hourly"), as: world.actor)
        #expect(status.stored.endedAt == nil && status.isPaused)
        try files.removeItem(atPath: file)
        try files.moveItem(atPath: world.folder.path("greet.yaml"), toPath: file)
        _ = try await world.tick("10:00:00")
        #expect(try await world.outcomes("hourly") == ["10 skipped"])
    }
}
