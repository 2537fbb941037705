import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepExecution.Failpoint

/// The program is killed at every named transition; whoever comes next brings the job to its end.
@Suite(.timeLimit(.minutes(10)))
struct FailpointTests {
    private static let taking: Set<Failpoint> = [
        .beforeTakeoverRecorded, .afterTakeoverRecorded, .afterAttemptLost, .afterRetryRecorded,
        .beforeCallRecorded, .afterCallRecorded, .beforeLoopGathered, .beforeRowsStarted, .afterRowsStarted,
        .beforeTickRecorded, .withinTick, .afterTickRecorded,
    ]

    @Test(arguments: Failpoint.allCases.filter { !taking.contains($0) }, [1, 2])
    func `A job completes whose runner died at a transition`(point: Failpoint, nth: Int) async throws {
        let test = try SmallProject.shell("echo start; sleep 0.1; echo end")
        try test.file("workflows/work.yaml", RecoveryTests.twoSteps)
        let made = try await test.run("jobs", "create", "work", "--output", "json")
        let lost = LostRunner(test: test, id: try #require(made.data?["job_id"]?.stringValue, "\(made)"))
        let point = "\(point.rawValue):\(nth)"
        let killed = try await test.run("jobs", "start", lost.id, environment: ["LOCKSTEP_FAILPOINT": point])
        // Settling comes once only.
        #expect(killed.status == 128 + 9 || nth == 2 && killed.status == 0, "\(killed)")
        if try await lost.job()["state"] == "queued" {
            _ = try await test.run("jobs", "start", lost.id)
        } else {
            let recovered = try await test.run("recover")
            #expect(recovered.status == 0, "\(recovered)")
        }
        let job = try await lost.job(in: "completed")
        #expect(job["state"] == "completed" && job["output_data"]?["result"] == "start\nend", "\(job)")
        for step in ["only", "after"] {
            let attempts = try await lost.attempts(of: step)
            #expect(
                attempts.last == "succeeded" && attempts.dropLast().allSatisfy { $0 == "lost" },
                "\(step): \(attempts)"
            )
        }
        let markers = try await test.shell("cat .lockstep/attempts/*/2-after-*/stdout.log")
        #expect(markers.stdout.hasSuffix("start\nend\n"), "\(markers)")
        try await lost.expectSound()
    }

    @Test(arguments: [Failpoint.beforeTakeoverRecorded, .afterTakeoverRecorded, .afterAttemptLost])
    func `A job completes whose second runner died while it took over`(point: Failpoint) async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        if point == .afterAttemptLost { kill(try await lost.lockNumber("pid"), SIGKILL) }
        let killed = try await test.run(
            "run",
            "job",
            lost.id,
            "--recover",
            environment: ["LOCKSTEP_FAILPOINT": point.rawValue]
        )
        #expect(killed.status == 128 + 9, "\(killed)")
        try lost.go()
        _ = try await test.run("recover")
        #expect(try await lost.job(in: "completed")["state"] == "completed")
        #expect(try await lost.attempts() == (point == .afterAttemptLost ? ["lost", "succeeded"] : ["succeeded"]))
        try await lost.expectSound()
    }
}
