import Foundation
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import Testing

/// The scheduler over a virtual clock, compared with an oracle that looks at every minute.
@Suite(.timeLimit(.minutes(10)))
struct ScheduleSimulationTests {
    private static let zones = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns",
        "Pacific/Auckland",
        "Africa/Casablanca", "UTC",
    ]
    private static let from = Instant(milliseconds: 1_767_225_600_000)
    private static let to = Instant(milliseconds: 1_798_761_599_000)

    /// 2026 in UTC.
    private static func name(_ zone: String) -> String { zone.replacing("/", with: "-").lowercased() }

    /// The days of 2026 at half past two on the clocks of a zone: the first time of a time that comes twice, and the first instant
    /// after one that is skipped. Only how far the clocks are from UTC comes from Foundation.
    private static func oracle(_ name: String) throws -> [Instant] {
        let zone = try #require(TimeZone(identifier: name))
        func shown(_ second: Int64) -> (day: Int64, minute: Int64) {
            let date = Date(timeIntervalSince1970: Double(second))
            let minute = (second + Int64(zone.secondsFromGMT(for: date))) / 60
            return (minute / 1440, minute % 1440)
        }
        var found: [Instant] = []
        var second = from.milliseconds / 1000 - 86_400
        // The day that it begins in is not a whole one.
        var last = shown(second).day
        while second * 1000 <= to.milliseconds {
            let now = shown(second)
            if now.day > last, now.minute >= 150 {
                found.append(Instant(milliseconds: second * 1000))
                last = now.day
                // Nothing more of this day matters; the next one is gone through minute by minute from before its beginning.
                second += 18 * 3600
            } else {
                second += 60
            }
        }
        return found.filter { $0 >= from && $0 <= to }
    }

    private static func world() throws -> ScheduleWorld {
        let list = zones.map {
            "  - { schedule_id: \(name($0)), cron: \"30 2 * * *\", time_zone: \($0), catch_up: all, overlap: allow }\n"
        }
        return try ScheduleWorld(schedules: "schedules:\n" + list.joined())
    }

    @Test func `a year in eight zones has one row for each time of an independent oracle, and all fire`() async throws {
        let world = try Self.world()
        let outcome = try await ScheduleSimulation(from: Self.from, to: Self.to).run(world.workspace.project)
        for zone in Self.zones {
            let rows = outcome.entries.filter { $0.scheduleID == ScheduleID(Self.name(zone)) }
            #expect(rows.map(\.nominal).sorted() == (try Self.oracle(zone)), "\(zone)")
            #expect(rows.allSatisfy { $0.outcome == .fired && $0.decidedAt == $0.nominal }, "\(zone)")
            #expect(Set(rows.compactMap(\.jobID)).count == rows.count)
        }
    }

    @Test func `downtimes and a clock that is set lose nothing and fire nothing twice`() async throws {
        let world = try Self.world()
        let day: Int64 = 86_400_000
        func moment(_ days: Int64, _ hours: Int64 = 0) -> Instant {
            Instant(milliseconds: Self.from.milliseconds + days * day + hours * 3_600_000)
        }
        var simulation = ScheduleSimulation(from: Self.from, to: moment(60))
        simulation.downtimes = [moment(10, 1)..<moment(11, 5), moment(30)..<moment(38)]
        simulation.jumps = [(moment(20, 3), -3_600_000), (moment(25, 1), 7_200_000), (moment(50, 12), -86_400_000)]
        let outcome = try await simulation.run(world.workspace.project)
        for zone in Self.zones {
            let rows = outcome.entries.filter { $0.scheduleID == ScheduleID(Self.name(zone)) }
            let expected = try Self.oracle(zone).filter { $0 <= moment(60) }
            #expect(rows.map(\.nominal).sorted() == expected, "\(zone)")
            let missed = rows.filter { $0.outcome != .fired }
            // Only what was more than a day late when the scheduler came back is not fired.
            let late = expected.filter {
                $0 >= moment(10, 1) && $0 < moment(10, 5) || $0 >= moment(30) && $0 < moment(37)
            }
            #expect(missed.map(\.nominal).sorted() == late, "\(zone)")
            #expect(missed.allSatisfy { $0.outcome == .missed }, "\(zone)")
            #expect(missed.allSatisfy { $0.reason?.hasSuffix("catch_up_window is 1d") ?? false })
        }
    }

    @Test func `jobs take their time, and what overlaps is skipped`() async throws {
        let world = try ScheduleWorld(schedules: "schedules: [{ schedule_id: often, cron: \"*/10 * * * *\" }]\n")
        var simulation = ScheduleSimulation(
            from: Self.from,
            to: Instant(milliseconds: Self.from.milliseconds + 3_600_000)
        )
        simulation.jobDuration = DurationText(milliseconds: 1_500_000)
        let outcome = try await simulation.run(world.workspace.project)
        #expect(outcome.entries.map(\.outcome) == [.fired, .skipped, .skipped, .fired, .skipped, .skipped, .fired])
        #expect(try await world.jobCount() == 0)
    }

    @Test func `a pause of a file's schedule holds in it, and what cannot be read is named as left out`() async throws {
        let world = try ScheduleWorld(schedules: "schedules: [{ schedule_id: often, cron: \"*/30 * * * *\" }]\n")
        _ = try await world.tick("09:30:00")
        _ = try await world.service.pauseSchedule(ScheduleID("often"), as: world.actor)
        try await world.add("broken", ["cron": "0 * * * *"])
        let read = try #require(try await world.store.schedule(ScheduleID("broken")))
        var broken = read
        broken.definition = ["schedule_id": "broken", "cron": "0 0 30 2 *"]
        #expect(try await world.store.put(broken, over: read))
        let simulation = ScheduleSimulation(
            from: Self.from,
            to: Instant(milliseconds: Self.from.milliseconds + 3_600_000)
        )
        let outcome = try await simulation.run(world.workspace.project)
        #expect(outcome.entries.map(\.outcome) == [.skipped, .skipped, .skipped])
        #expect(outcome.leftOut.map(\.id) == [ScheduleID("broken")])
    }
}
