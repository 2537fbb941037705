import LockstepJSON
import LockstepTestSupport
import Testing

/// A clock that somebody sets while a step runs, through libfaketime under the real program.
@Suite(.timeLimit(.minutes(10)))
struct ClockJumpTests {
    @Test(arguments: ["+3600", "-3600"])
    func `A job whose clock jumps an hour goes on as if nothing had been`(jump: String) async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let library = try await test.shell("ls /usr/lib/*/faketime/libfaketime.so.1")
        let path = try #require(library.stdout.split(separator: "\n").first, "package faketime is missing: \(library)")
        try test.file("offset", "+0")
        let created = try await test.run("jobs", "create", "work", "--timeout", "600", "--output", "json")
        let id = try #require(created.data?["job_id"]?.stringValue, "\(created)")
        let program = try test.start(
            ["jobs", "start", id],
            environment: [
                "LD_PRELOAD": String(path), "FAKETIME_TIMESTAMP_FILE": "\(test.folder)/offset",
                "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            ]
        )
        let job = LostRunner(test: test, id: id)
        #expect(await eventually { job.log().contains("tick") }, "\(program.stderrSoFar)")
        try test.file("offset", jump)
        // Long enough for a runner that looks at the clock twice a second to have seen it.
        let before = job.log().count
        #expect(await eventually { job.log().count > before + 20 * "tick\n".utf8.count })
        try job.go()
        let end = await program.result()
        #expect(end.status == 0, "\(end)")
        #expect(!end.stderr.contains("after -"), "\(end)")
        let shown = try await job.job()
        #expect(shown["state"] == "completed", "\(shown)")
        // The clock did jump, so the times that are kept did too.
        let started = try #require(shown["started_at"]?.stringValue)
        let completed = try #require(shown["completed_at"]?.stringValue)
        #expect(jump.hasPrefix("+") ? completed.prefix(13) > started.prefix(13) : completed < started, "\(shown)")
        #expect(try await job.attempts() == ["succeeded"])
        try await job.expectSound()
        #expect(try await test.run("explain", id).status == 0)
    }
}
