import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepExecution.Failpoint

/// A scheduler that is killed around the commit of what it decided.
@Suite(.timeLimit(.minutes(10)))
struct ScheduleFailpointTests {
    private static let schedules = (1...5).map { "s\($0)" }

    private func project() async throws -> CommandLineTest {
        let test = try SmallProject.shell("echo \"$1\"")
        let list = Self.schedules.map { "  - { schedule_id: \($0), cron: \"0 12 * * *\", catch_up_window: 999d }\n" }
        let text = try #require(test.content("workflows/work.yaml"))
        try test.file("workflows/work.yaml", text + "\nschedules:\n" + list.joined())
        #expect(try await test.run("schedule", "tick").status == 0)
        return test
    }

    private func rows(_ test: CommandLineTest, _ sql: String) async throws -> [String] {
        let found = try await test.shell("sqlite3 -cmd '.timeout 20000' .lockstep/lockstep.sqlite \"\(sql)\"")
        #expect(found.status == 0, "\(found)")
        return found.stdout.split(separator: "\n").map { String($0) }
    }

    private func expectWhole(_ test: CommandLineTest, fired: Int) async throws {
        #expect(try await rows(test, "SELECT count(*) FROM jobs") == ["\(fired)"])
        #expect(try await rows(test, "SELECT count(*) FROM occurrences WHERE outcome = 'fired'") == ["\(fired)"])
        let pairs =
            "SELECT count(*) FROM jobs JOIN occurrences USING (job_id) WHERE jobs.schedule_id = occurrences.schedule_id"
        #expect(try await rows(test, pairs) == ["\(fired)"])
        let verified = try await test.run("events", "verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test(
        arguments: [
            (Failpoint.beforeTickRecorded, 1, 0), (.withinTick, 1, 0), (.withinTick, 3, 0), (.afterTickRecorded, 1, 5),
        ]
    )
    func `it leaves both a row and its job or neither, and the next one goes on`(
        point: Failpoint,
        nth: Int,
        fired: Int
    ) async throws {
        let test = try await project()
        let due = try #require(
            try await rows(
                test,
                "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(next_due_at) / 1000, 'unixepoch') FROM schedules"
            ).first
        )
        let name = "\(point.rawValue):\(nth)"
        let killed = try await test.run("schedule", "tick", "--at", due, environment: ["LOCKSTEP_FAILPOINT": name])
        #expect(killed.status == 128 + SIGKILL, "\(killed)")
        try await expectWhole(test, fired: fired)
        let next = try await test.run("schedule", "tick", "--at", due)
        #expect(next.stdout == (fired == 0 ? "5 fired\n" : "nothing was due\n"), "\(next)")
        try await expectWhole(test, fired: 5)
    }

    @Test func `of several processes that look at the same time each time is fired by one`() async throws {
        let test = try await project()
        let due = try #require(
            try await rows(
                test,
                "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', min(next_due_at) / 1000, 'unixepoch') FROM schedules"
            ).first
        )
        let programs = try (0..<3).map { _ in try test.start(["schedule", "tick", "--at", due]) }
        for program in programs {
            let result = await program.result()
            #expect(result.status == 0, "\(result)")
        }
        try await expectWhole(test, fired: 5)
    }
}
