import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// What somebody wanted of a job before or after its runner was killed holds.
@Suite(.timeLimit(.minutes(10)))
struct RecoveredCancelTests {
    @Test
    func `A cancel that was accepted before the runner died holds`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test) { lost, program in
            // It lives and holds the job, but cannot obey any more; not while it writes, because nobody else could then.
            let isStill = try await eventually {
                program.send(SIGSTOP)
                let probe = "sqlite3 -cmd '.timeout 200' .lockstep/lockstep.sqlite 'BEGIN IMMEDIATE; ROLLBACK'"
                if try await test.shell(probe).status == 0 { return true }
                program.send(SIGCONT)
                return false
            }
            #expect(isStill)
            let asked = try await test.run("jobs", "cancel", lost.id, "--reason", "wrong file")
            #expect(asked.status == 0 && asked.stderr.contains("was asked to stop"), "\(asked)")
        }
        _ = try await test.run("recover")
        let job = try await lost.job(in: "cancelled")
        #expect(job["state"] == "cancelled" && job["error_code"] == "CANCELLED", "\(job)")
        #expect(try await lost.attempts() == ["failed"])
        try await lost.expectSound()
    }

    @Test
    func `Cancelling a job whose runner is gone stops its step and says so`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        let cancelled = try await test.run("jobs", "cancel", lost.id)
        #expect(cancelled.status == 0 && cancelled.stderr.contains("is cancelled."), "\(cancelled)")
        #expect(try await lost.job()["state"] == "cancelled")
        #expect(!lost.log().contains("end"))
        try await lost.expectSound()
    }

    @Test
    func `Cancelling a job whose runner and step are gone settles it`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        kill(try await lost.lockNumber("pid"), SIGKILL)
        let cancelled = try await test.run("jobs", "cancel", lost.id)
        #expect(cancelled.status == 0 && cancelled.stderr.contains("is cancelled."), "\(cancelled)")
        #expect(try await lost.attempts() == ["lost"])
        try await lost.expectSound()
    }

    @Test
    func `A job that is over its time when it is taken over times out`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let made = try await test.run("jobs", "create", "work", "--timeout", "600", "--output", "json")
        #expect(made.status == 0, "\(made)")
        let lost = try await LostRunner.make(test, ["jobs", "start", "last"])
        // As if it had been started an hour ago.
        _ = try await lost.rows("UPDATE jobs SET started_at = started_at - 3600000 WHERE job_id = '\(lost.id)'")
        _ = try await test.run("recover")
        let job = try await lost.job(in: "failed")
        #expect(job["error_code"] == "TIMED_OUT", "\(job)")
        try await lost.expectSound()
    }

    @Test
    func `Forcing a job whose runner is gone into another state ends its step`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        let forced = try await test.run("jobs", "cancel", lost.id, "--to", "failed", "--reason", "stuck")
        #expect(forced.status == 0, "\(forced)")
        #expect(try await lost.attempts() == ["lost"])
        try await lost.expectSound()
        try lost.go()
        let retried = try await test.run("jobs", "retry", lost.id)
        #expect(retried.status == 0, "\(retried)")
    }
}
