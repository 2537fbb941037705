import Foundation
import LockstepEngine
import LockstepModel
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

    /// The days of 2026 at half past two on the clocks of a zone, as Foundation knows them: the first time of a time that comes
    /// twice, and the first instant after one that is skipped.
    private static func oracle(_ name: String) throws -> [Instant] {
        let zone = try #require(TimeZone(identifier: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        var found: [Instant] = []
        var day = DateComponents(year: 2025, month: 12, day: 31)
        for _ in 0..<368 {
            let midnight = try #require(calendar.date(from: day))
            var matching: Date?
            // Minute by minute through the first six hours: no calendar rule of Foundation decides what is skipped.
            for minute in 0..<360 {
                let instant = midnight.addingTimeInterval(Double(minute) * 60)
                let shown = calendar.dateComponents([.day, .hour, .minute], from: instant)
                guard shown.day == day.day else { continue }
                let time = (shown.hour ?? 0) * 60 + (shown.minute ?? 0)
                if time >= 150 {
                    matching = instant
                    break
                }
            }
            if let matching { found.append(Instant(milliseconds: Int64(matching.timeIntervalSince1970) * 1000)) }
            let next = try #require(calendar.date(byAdding: .day, value: 1, to: midnight.addingTimeInterval(43_200)))
            day = calendar.dateComponents([.year, .month, .day], from: next)
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
}
