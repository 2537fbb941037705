import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// What happens to a job whose runner was killed, with the real program and real steps.
@Suite(.timeLimit(.minutes(10)))
struct RecoveryTests {
    /// Whoever finds a job that has lost its runner.
    enum Finder: String, CaseIterable {
        case recover, start, retry, anotherRun
    }

    @Test(arguments: Finder.allCases)
    func `A step outlives its runner, and whoever comes next takes it over`(finder: Finder) async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        let explained = try await test.run("explain", lost.id)
        #expect(explained.stdout.contains("Its runner has died"), "\(explained)")
        #expect(explained.stdout.contains("lockstep recover"), "\(explained)")
        var driver: RunningProgram?
        switch finder {
        case .recover:
            let recovered = try await test.run("recover", "--output", "json")
            #expect(recovered.data?["jobs"]?.arrayValue?.map { $0["job_id"]?.stringValue } == [lost.id], "\(recovered)")
        case .start: driver = try test.start(["jobs", "start", lost.id])
        case .retry: driver = try test.start(["jobs", "retry", lost.id])
        case .anotherRun:
            try test.file("tools-registry/quick.yaml", Self.quick)
            let other = try await test.run("run", "tool", "quick")
            #expect(other.status == 0, "\(other)")
        }
        #expect(try await eventually { try await lost.count(of: "job.recovered") == 1 })
        let before = lost.log().count
        #expect(await eventually { lost.log().count > before }, "the step does not go on")
        try lost.go()
        let job = try await lost.job(in: "completed")
        #expect(job["state"] == "completed", "\(job)")
        if let driver {
            let result = await driver.result()
            #expect(result.status == 0, "\(result)")
        }
        #expect(try await lost.attempts() == ["succeeded"])
        let lines = lost.log().split(separator: "\n")
        #expect(lines.first == "start" && lines.last == "end", "\(lines)")
        #expect(lines.dropFirst().dropLast().allSatisfy { $0 == "tick" }, "\(lines)")
        #expect(job["output_data"]?["result"]?.stringValue?.hasSuffix("end") == true, "\(job)")
        try await lost.expectSound()
    }

    @Test
    func `A result that came while nobody waited is taken, and the next step runs`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        try test.file("workflows/work.yaml", Self.twoSteps)
        let lost = try await LostRunner.make(test)
        try lost.go()
        #expect(await eventually { test.content("\(lost.folder())/exit.json") != nil })
        let recovered = try await test.run("recover")
        #expect(recovered.status == 0 && recovered.stdout.contains("had lost its runner"), "\(recovered)")
        #expect(try await lost.job(in: "completed")["state"] == "completed")
        #expect(try await lost.attempts() == ["succeeded"])
        #expect(try await lost.attempts(of: "after") == ["succeeded"])
        try await lost.expectSound()
    }

    @Test
    func `A runner that lives is left alone`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let program = try test.start(["run", "workflow", "work"])
        #expect(await eventually { program.stderrSoFar.contains("only: started") })
        let none = try await test.run("recover", "--output", "json")
        #expect(none.status == 0 && none.data?["jobs"]?.arrayValue?.isEmpty == true, "\(none)")
        let id = try #require(
            try await test.run("jobs", "show", "last", "--output", "json").data?["job_id"]?.stringValue
        )
        for words in [["run", "job", id], ["jobs", "start", id]] {
            let second = try await test.start(words).result()
            #expect(second.status == ExitStatus.failed.rawValue, "\(second)")
            #expect(second.stderr.contains("a runner is at work on it already"), "\(second)")
        }
        let forced = try await test.run("run", "job", id, "--recover")
        #expect(forced.stderr.contains("a runner is at work on it already"), "\(forced)")
        try test.file("tools-registry/shell/go", "")
        #expect(await program.result().status == 0)
        #expect(try await LostRunner(test: test, id: id).count(of: "job.recovered") == 0)
    }

    @Test
    func `Of several that would recover a job one does`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        let programs = try (0..<4).map { _ in try test.start(["run", "job", lost.id, "--recover"]) }
        #expect(await eventually { programs.count { $0.isRunning } <= 1 })
        try lost.go()
        var statuses: [Int32] = []
        for program in programs { statuses.append(await program.result().status) }
        #expect(statuses.sorted() == [0, 1, 1, 1])
        #expect(try await lost.count(of: "job.recovered") == 1)
        #expect(try await lost.attempts() == ["succeeded"])
        try await lost.expectSound()
    }

    @Test
    func `A step that died with its runner is lost and started again`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        kill(try await lost.lockNumber("pid"), SIGKILL)
        _ = try await test.run("recover")
        #expect(await eventually { lost.log(attempt: 2).contains("tick") })
        #expect(!lost.log().contains("end"))
        try lost.go()
        #expect(try await lost.job(in: "completed")["state"] == "completed")
        #expect(try await lost.attempts() == ["lost", "succeeded"])
        #expect(try await lost.count(of: "step.lost") == 1)
        try await lost.expectSound()
    }

    @Test
    func `A step that may run only once is not started again, and a person decides`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let tool = try #require(test.content("tools-registry/shell/tool.yaml"))
        try test.file("tools-registry/shell/tool.yaml", tool + "\nidempotent: false\n")
        let lost = try await LostRunner.make(test)
        kill(try await lost.lockNumber("pid"), SIGKILL)
        _ = try await test.run("recover")
        let failed = try await lost.job(in: "failed")
        let message = failed["error_message"]?.stringValue ?? ""
        #expect(message.contains("idempotent: false") && message.contains("retry the job"), "\(failed)")
        #expect(try await lost.attempts() == ["lost"])
        try lost.go()
        let retried = try await test.run("jobs", "retry", lost.id)
        #expect(retried.status == 0, "\(retried)")
        #expect(try await lost.attempts() == ["lost", "succeeded"])
        try await lost.expectSound()
    }

    @Test
    func `Three losses in a row are enough`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test)
        kill(try await lost.lockNumber("pid"), SIGKILL)
        let runner = try test.start(["jobs", "start", lost.id])
        for attempt in 2...3 {
            #expect(await eventually { lost.log(attempt: attempt).contains("tick") }, "\(runner.stderrSoFar)")
            kill(try await lost.lockNumber("pid", attempt: attempt), SIGKILL)
        }
        let end = await runner.result()
        #expect(end.status == ExitStatus.failed.rawValue, "\(end)")
        #expect(end.stderr.contains("was lost 3 times in a row"), "\(end)")
        #expect(try await lost.attempts() == ["lost", "lost", "lost"])
        try lost.go()
        #expect(try await test.run("jobs", "retry", lost.id).status == 0)
        try await lost.expectSound()
    }

    @Test
    func `A paused job whose runner died stays paused until it is resumed`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        try test.file("workflows/work.yaml", Self.twoSteps)
        let lost = try await LostRunner.make(test) { lost, _ in
            let paused = try await test.run("jobs", "pause", lost.id)
            #expect(paused.status == 0, "\(paused)")
        }
        _ = try await test.run("recover")
        #expect(try await eventually { try await lost.count(of: "job.recovered") == 1 })
        try lost.go()
        #expect(try await eventually { try await lost.attempts() == ["succeeded"] })
        let paused = try await lost.job()
        #expect(paused["state"] == "paused" && paused["steps"]?.arrayValue?.last?["status"] == "PENDING", "\(paused)")
        let resumed = try await test.run("jobs", "resume", lost.id)
        #expect(resumed.status == 0, "\(resumed)")
        #expect(try await lost.attempts() == ["succeeded"])
        try await lost.expectSound()
    }

    @Test
    func `Resuming a paused job whose runner died takes it over`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let lost = try await LostRunner.make(test) { lost, _ in _ = try await test.run("jobs", "pause", lost.id) }
        let resumed = try test.start(["jobs", "resume", lost.id])
        #expect(try await eventually { try await lost.count(of: "job.recovered") == 1 })
        try lost.go()
        let end = await resumed.result()
        #expect(end.status == 0, "\(end)")
        #expect(try await lost.attempts() == ["succeeded"])
    }

    @Test
    func `A job of another tenant is recovered without one of its users`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        try test.file("lockstep.yaml", "tenants: { weaving: {} }\nusers: { ada: { tenants: [weaving] } }\n")
        let lost = try await LostRunner.make(test, ["run", "workflow", "work", "--as", "ada"])
        let recovered = try await test.run("recover", "--as", "ada", "--output", "json")
        #expect(recovered.data?["jobs"]?.arrayValue?.count == 1, "\(recovered)")
        try lost.go()
        let states = "SELECT state FROM jobs WHERE job_id = '\(lost.id)' AND tenant_id = 'weaving'"
        #expect(try await eventually { try await lost.rows(states) == ["completed"] })
        try await lost.expectSound()
    }

    static let quick = """
        tool_id: quick
        name: Quick
        version: 1.0.0
        command: [echo, done]
        outputs: { out: { stdout: text, schema: { type: string } } }
        """

    static let twoSteps = """
        workflow_id: work
        name: Work
        version: 1.0.0
        steps:
          - { step_id: only, tool: shell, output_mappings: { out: result } }
          - { step_id: after, tool: shell, parameter_mappings: { text: result } }
        outputs: [result]
        """
}
