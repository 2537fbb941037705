import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// Steps that are tried again, with the real program, real tools and real kills.
@Suite(.timeLimit(.minutes(10)))
struct RetryTests {
    /// Fails with 75 until it is the third attempt; counts in the folder that goes from attempt to attempt.
    private static let thirdTime = """
        n=$(cat "$LOCKSTEP_CHECKPOINT/n" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$LOCKSTEP_CHECKPOINT/n"
        echo "tick $n"; [ $n -ge 3 ] || { echo "busy $n" >&2; exit 75; }; echo "done $n"
        """

    private func project(_ script: String, retry: String, more: String = "") throws -> CommandLineTest {
        let test = try SmallProject.shell(script)
        let workflow = try #require(test.content("workflows/work.yaml"))
        try test.file(
            "workflows/work.yaml",
            workflow.replacing("    tool: shell\n", with: "    tool: shell\n    retry: \(retry)\n\(more)")
        )
        return test
    }

    @Test
    func `A step is tried again, its checkpoint goes with it, and every attempt can be seen`() async throws {
        let test = try project(
            Self.thirdTime,
            retry: "{ max_attempts: 3, backoff: 20ms, on_exit_codes: [75] }"
        )
        let run = try await test.run("run", "workflow", "work")
        #expect(run.status == 0 && run.stdout.contains("done 3"), "\(run)")
        #expect(run.stderr.contains("before attempt 2 of 3") && run.stderr.contains("before attempt 3 of 3"), "\(run)")
        let shown = try await test.run("jobs", "show", "last")
        #expect(shown.stdout.contains("Attempts") && shown.stdout.contains("with exit code 75"), "\(shown)")
        let json = try await test.run("jobs", "show", "last", "--output", "json")
        let codes = json.data?["attempts"]?.arrayValue?.map { $0["exit_code"]?.integerValue }
        #expect(codes == [75, 75, 0], "\(json)")
        let explained = try await test.run("explain", "last", "only", "--output", "json")
        #expect(explained.data?["attempts"]?.arrayValue?.count == 3, "\(explained)")
        let words = explained.data?["because"]?.arrayValue?.compactMap(\.stringValue).joined(separator: " ") ?? ""
        #expect(words.contains("Attempt 2 ended with exit code 75"), "\(explained)")
    }

    @Test
    func `A step's timeout is that of each attempt`() async throws {
        let test = try project(
            "if [ -e $LOCKSTEP_CHECKPOINT/x ]; then echo quick; else : > $LOCKSTEP_CHECKPOINT/x; sleep 600; fi",
            retry: "{ max_attempts: 2, backoff: 1ms }",
            // On a busy machine the second one takes more than a second to start.
            more: "    timeout: 5s\n"
        )
        let run = try await test.run("run", "workflow", "work")
        #expect(run.status == 0 && run.stdout.contains("quick"), "\(run)")
        let json = try await test.run("jobs", "show", "last", "--output", "json")
        #expect(json.data?["attempts"]?.arrayValue?.map { $0["reason"] } == ["timed_out", "exited"], "\(json)")
    }

    /// A job whose runner was killed while it waited for its second attempt.
    private func killedInWait(_ test: CommandLineTest) async throws -> LostRunner {
        let made = try await test.run("jobs", "create", "work", "--output", "json")
        let lost = LostRunner(test: test, id: try #require(made.data?["job_id"]?.stringValue, "\(made)"))
        let environment = ["LOCKSTEP_FAILPOINT": "after-retry-recorded"]
        let killed = try await test.run("jobs", "start", lost.id, environment: environment)
        #expect(killed.status == 128 + 9, "\(killed)")
        let job = try await lost.job()
        #expect(job["state"] == "running" && job["steps"]?.arrayValue?.first?["waiting"]?["attempt"] == 2, "\(job)")
        return lost
    }

    private static let second = """
        [ -e "$LOCKSTEP_CHECKPOINT/x" ] || { : > "$LOCKSTEP_CHECKPOINT/x"; exit 75; }; echo done
        """

    @Test
    func `Who takes over a job that was waiting waits only the rest`() async throws {
        let test = try project(Self.second, retry: "{ max_attempts: 2, backoff: 12h, max_backoff: 12h }")
        let lost = try await killedInWait(test)
        // As if twelve hours had gone by.
        let past = "json_set(waiting, '$.until', '2020-01-01T00:00:00.000Z')"
        _ = try await lost.rows("UPDATE steps SET waiting = \(past) WHERE waiting IS NOT NULL")
        let recovered = try await test.run("recover")
        #expect(recovered.status == 0, "\(recovered)")
        #expect(try await lost.job(in: "completed")["state"] == "completed")
        #expect(try await lost.attempts() == ["failed", "succeeded"])
        try await lost.expectSound()
    }

    @Test
    func `Who takes over waits no longer than the policy says, whatever the clock did`() async throws {
        let test = try project(Self.second, retry: "{ max_attempts: 2, backoff: 100ms }")
        let lost = try await killedInWait(test)
        let future = "json_set(waiting, '$.until', '2999-01-01T00:00:00.000Z')"
        _ = try await lost.rows("UPDATE steps SET waiting = \(future) WHERE waiting IS NOT NULL")
        _ = try await test.run("recover")
        #expect(try await lost.job(in: "completed")["state"] == "completed")
        try await lost.expectSound()
    }

    @Test
    func `A job that waits can be cancelled after its runner was killed`() async throws {
        let test = try project(Self.second, retry: "{ max_attempts: 2, backoff: 12h, max_backoff: 12h }")
        let lost = try await killedInWait(test)
        let explained = try await test.run("explain", lost.id)
        #expect(explained.stdout.contains("before attempt 2 of 2"), "\(explained)")
        #expect(explained.stdout.contains("Its runner has died"), "\(explained)")
        let cancelled = try await test.run("jobs", "cancel", lost.id)
        #expect(cancelled.status == 0, "\(cancelled)")
        let job = try await lost.job()
        #expect(job["state"] == "cancelled" && job["steps"]?.arrayValue?.first?["status"] == "FAILED", "\(job)")
        #expect(try await lost.attempts() == ["failed"])
        try await lost.expectSound()
    }

    @Test
    func `Ctrl-C ends the wait`() async throws {
        let test = try project(Self.second, retry: "{ max_attempts: 2, backoff: 12h, max_backoff: 12h }")
        let program = try test.start(["run", "workflow", "work"])
        #expect(await eventually { program.stderrSoFar.contains("before attempt 2 of 2") })
        program.send(SIGINT)
        let result = await program.result()
        #expect(result.status == ExitStatus.cancelled.rawValue, "\(result)")
    }
}
