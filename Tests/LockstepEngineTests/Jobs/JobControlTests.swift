import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepStore
import Synchronization
import Testing

/// What can be done to a job whose steps are run here, with a scripted executor.
struct JobControlTests {
    /// Answers every step well, after asking a test what to do before it.
    private static func executor(
        before: @escaping @Sendable (StepInvocation) async -> Void = { _ in }
    ) -> ScriptedExecutor {
        ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            await before(invocation)
            return invocation.stepID == StepID("first")
                ? ScriptedExecutor.success(["result": .value("HELLO")])
                : ScriptedExecutor.success(["line": .value("11 doc.txt"), "copy": .missing])
        }
    }

    /// Something that a test sets after the fixture is there, for the executor to do.
    private final class Script: Sendable {
        private let action = Mutex<(@Sendable (StepInvocation) async -> Void)?>(nil)

        func set(_ body: @escaping @Sendable (StepInvocation) async -> Void) { action.withLock { $0 = body } }

        func run(_ invocation: StepInvocation) async { await action.withLock { $0 }?(invocation) }
    }

    private func scripted() throws -> (EngineFixture, ScriptedExecutor, Script) {
        let script = Script()
        let executor = Self.executor { await script.run($0) }
        return (try EngineFixture(executor: executor), executor, script)
    }

    @Test func `starting a job runs it to its end`() async throws {
        let (fixture, _, _) = try scripted()
        let created = try await fixture.createJob()
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .completed)
        #expect(job.runNumber == 1)
    }

    @Test func `one step is executed at a time`() async throws {
        let (fixture, executor, _) = try scripted()
        let created = try await fixture.createJob()
        var job = try await fixture.service.executeStep(created.id, as: fixture.actor)
        #expect(job.state == .paused)
        #expect(job.steps.map(\.status) == [.completed, .pending])
        #expect(job.json["execution_progress"]?["is_paused"] == true)
        #expect(try await fixture.service.getJob(job.id, as: fixture.actor) == job)
        job = try await fixture.service.executeStep(created.id, as: fixture.actor)
        #expect(job.state == .completed)
        #expect(job.outputData == ["loud": "HELLO", "counted": "11 doc.txt"])
        #expect(executor.invocations.map(\.stepID.rawValue) == ["first", "second"])
    }

    @Test func `while a job is paused no step starts, and it goes on when it is resumed`() async throws {
        let (fixture, executor, script) = try scripted()
        let created = try await fixture.createJob()
        script.set { invocation in
            guard invocation.stepID == StepID("first") else { return }
            _ = try? await fixture.service.pauseJob(created.id, reason: "lunch", as: fixture.actor)
        }
        let paused = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(paused.state == .paused)
        #expect(paused.steps.map(\.status) == [.completed, .pending])
        #expect(executor.invocations.count == 1)
        let done = try await fixture.workspace.runner.resume(created.id, as: fixture.actor)
        #expect(done.state == .completed)
        #expect(executor.invocations.count == 2)
        let states = try await fixture.service.listEvents(created.id, as: fixture.actor).compactMap(\.toState)
        #expect(states == [.queued, .running, .paused, .running, .completed])
    }

    @Test func `a job that is paused and resumed during a step goes on in its runner`() async throws {
        let (fixture, executor, script) = try scripted()
        let created = try await fixture.createJob()
        script.set { invocation in
            guard invocation.stepID == StepID("first") else { return }
            _ = try? await fixture.service.pauseJob(created.id, as: fixture.actor)
            let resumed = try? await fixture.workspace.runner.resume(created.id, as: fixture.actor)
            #expect(resumed?.isDriven == true)
        }
        #expect(try await fixture.service.startJob(created.id, as: fixture.actor).state == .completed)
        #expect(executor.invocations.count == 2)
    }

    @Test func `a job that is paused in its last step completes when it is resumed`() async throws {
        let (fixture, executor, script) = try scripted()
        let created = try await fixture.createJob()
        script.set { invocation in
            guard invocation.stepID == StepID("second") else { return }
            _ = try? await fixture.service.pauseJob(created.id, as: fixture.actor)
        }
        let paused = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(paused.state == .paused)
        #expect(paused.steps.map(\.status) == [.completed, .completed])
        #expect(try await fixture.workspace.runner.resume(created.id, as: fixture.actor).state == .completed)
        #expect(executor.invocations.count == 2)
    }

    @Test func `a job is changed while it runs, and the run goes on`() async throws {
        let (fixture, _, script) = try scripted()
        let created = try await fixture.createJob()
        script.set { _ in
            _ = try? await fixture.service.updateJob(created.id, name: "Renamed", as: fixture.actor)
            _ = try? await fixture.service.recordCost("1.25", of: created.id, as: fixture.actor)
            _ = try? await fixture.service.saveCheckpoint(["at": 1], of: created.id, as: fixture.actor)
        }
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .completed)
        #expect(job.name == "Renamed")
        #expect(job.actualCost?.description == "2.50")
        #expect(job.checkpointData == ["at": 1])
        #expect(try await fixture.service.getJob(created.id, as: fixture.actor) == job)
    }

    @Test func `a job above its max_cost is stopped before its next step`() async throws {
        let (fixture, executor, script) = try scripted()
        var request = try fixture.request()
        request.details.maxCost = "5"
        let created = try await fixture.service.createJob(request, as: fixture.actor)
        script.set { _ in _ = try? await fixture.service.recordCost("5.01", of: created.id, as: fixture.actor) }
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .failed)
        #expect(job.errorCode == "BUDGET_EXCEEDED")
        #expect(job.steps.map(\.status) == [.completed, .failed])
        #expect(executor.invocations.count == 1)
        script.set { _ in }
        var details = JobDetails()
        details.maxCost = "6"
        _ = try await fixture.service.updateJob(job.id, details: details, as: fixture.actor)
        _ = try await fixture.service.retryJob(job.id, as: fixture.actor)
        #expect(try await fixture.service.startJob(job.id, as: fixture.actor).state == .completed)
        #expect(executor.invocations.count == 2)
    }

    @Test func `a step that would exceed max_cost by what its tool says is not started`() async throws {
        let executor = Self.executor()
        let fixture = try EngineFixture(
            executor: executor,
            upper: EngineFixture.upper + "\nestimated_cost: \"0.12\"\n"
        )
        var request = try fixture.request()
        request.details.maxCost = "0.11"
        let poor = try await fixture.service.createJob(request, as: fixture.actor)
        #expect(poor.json["estimated_cost"] == "0.12")
        #expect(try await fixture.service.startJob(poor.id, as: fixture.actor).errorCode == "BUDGET_EXCEEDED")
        #expect(executor.invocations.isEmpty)
        request.details.maxCost = "0.12"
        let rich = try await fixture.service.createJob(request, as: fixture.actor)
        #expect(try await fixture.service.startJob(rich.id, as: fixture.actor).state == .completed)
    }

    @Test func `a retry keeps what succeeded and gives the failed step a new attempt`() async throws {
        let failures = Mutex(1)
        let executor = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            if invocation.stepID == StepID("first") { return ScriptedExecutor.success(["result": .value("HELLO")]) }
            let fails = failures.withLock { failures in
                failures -= 1
                return failures >= 0
            }
            return fails ? ScriptedExecutor.failure("no") : ScriptedExecutor.success(["line": .value("11")])
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        #expect(try await fixture.service.startJob(created.id, as: fixture.actor).state == .failed)
        let ready = try await fixture.service.retryJob(created.id, as: fixture.actor)
        #expect(ready.state == .queued)
        #expect(ready.steps.map(\.status) == [.completed, .pending])
        #expect(ready.progress == 50)
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .completed)
        #expect(job.outputData == ["loud": "HELLO", "counted": "11"])
        #expect(executor.invocations.map(\.stepID.rawValue) == ["first", "second", "second"])
        let attempts = try await fixture.service.listAttempts(job.id, as: fixture.actor)
        #expect(attempts.map(\.number) == [1, 1, 2])
        #expect(Set(attempts.map(\.folder)).count == 3)
    }

    @Test func `a reset begins anew and keeps the history`() async throws {
        let (fixture, executor, _) = try scripted()
        let created = try await fixture.createJob()
        let first = try await fixture.service.startJob(created.id, as: fixture.actor)
        let reset = try await fixture.service.resetJob(first.id, reason: "again", as: fixture.actor)
        #expect(reset.state == .queued)
        #expect(reset.status == .pending)
        #expect(reset.progress == 0)
        #expect(reset.outputData == nil)
        #expect(reset.steps.allSatisfy { $0.status == .pending && $0.outputData == nil })
        #expect(try await fixture.service.listVariables(first.id, as: fixture.actor)["loud"] == nil)
        let event = try await fixture.service.listEvents(first.id, as: fixture.actor).last
        #expect(event?.type == "__reset__")
        #expect(event?.fromState == .completed)
        #expect(try await fixture.service.startJob(first.id, as: fixture.actor).state == .completed)
        #expect(executor.invocations.count == 4)
        let attempts = try await fixture.service.listAttempts(first.id, as: fixture.actor)
        #expect(attempts.map(\.number) == [1, 2, 1, 2])
        #expect(!(try await fixture.service.listAssets(first.id, as: fixture.actor).isEmpty))
    }

    @Test func `a running job is neither reset, retried, deleted nor started twice`() async throws {
        let (fixture, _, script) = try scripted()
        let created = try await fixture.createJob()
        let codes = Mutex<[JobErrorCode]>([])
        script.set { invocation in
            guard invocation.stepID == StepID("first") else { return }
            let (service, ann, id) = (fixture.service, fixture.actor, created.id)
            for operation in [
                { _ = try await service.resetJob(id, as: ann) }, { _ = try await service.retryJob(id, as: ann) },
                { try await service.deleteJob(id, as: ann) }, { _ = try await service.startJob(id, as: ann) },
                { _ = try await service.completeJob(id, as: ann) },
            ] as [() async throws -> Void] {
                do { try await operation() } catch {
                    codes.withLock { $0 += (error as? JobError).map { [$0.code] } ?? [] }
                }
            }
        }
        #expect(try await fixture.service.startJob(created.id, as: fixture.actor).state == .completed)
        #expect(codes.withLock { $0 } == Array(repeating: .invalidTransition, count: 5))
    }

    @Test(.timeLimit(.minutes(10)))
    func `a job that takes longer than its timeout_seconds ends as timed out`() async throws {
        let executor = ScriptedExecutor { (_, stop) throws(ExecutionError) in
            while stop.request == .none { try? await Task.sleep(for: .milliseconds(5)) }
            return StepOutcome(
                ending: AttemptEnding(reason: .cancelled, signal: 15),
                failure: StepFailure(.cancelled, "stopped")
            )
        }
        let fixture = try EngineFixture(executor: executor)
        var request = try fixture.request()
        request.details.timeoutSeconds = 1
        let created = try await fixture.service.createJob(request, as: fixture.actor)
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .failed)
        #expect(job.errorCode == "TIMED_OUT")
        #expect(job.errorMessage?.contains("timeout_seconds (1)") == true)
        #expect(job.steps.map(\.status) == [.failed, .skipped])
    }

    @Test(arguments: ["first", "second"])
    func `a cancellation that was accepted wins over the end of the step`(step: String) async throws {
        let (fixture, executor, script) = try scripted()
        let created = try await fixture.createJob()
        script.set { invocation in
            guard invocation.stepID == StepID(step) else { return }
            let asked = try? await fixture.service.cancelJob(created.id, reason: "late", as: fixture.actor)
            #expect(asked?.state == .running)
            // Asking twice is no mistake, and the first reason stays.
            _ = try? await fixture.service.cancelJob(created.id, reason: "again", as: fixture.actor)
        }
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .cancelled)
        #expect(job.errorMessage == "Job cancelled by user")
        #expect(executor.invocations.count == (step == "first" ? 1 : 2))
        let event = try await fixture.service.listEvents(created.id, as: fixture.actor).last
        #expect(event?.type == "job.cancelled")
        #expect(event?.reason == "late")
    }

    @Test func `a cancellation that was accepted wins over a failure as well`() async throws {
        let script = Script()
        let executor = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            await script.run(invocation)
            return ScriptedExecutor.failure("broken")
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        script.set { _ in _ = try? await fixture.service.cancelJob(created.id, as: fixture.actor) }
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .cancelled)
        #expect(job.steps.map(\.status) == [.failed, .skipped])
        #expect(job.steps[0].errorMessage == "broken")
    }

    @Test func `a job that an administrator takes away is left as the administrator put it`() async throws {
        let (fixture, _, script) = try scripted()
        let created = try await fixture.createJob()
        script.set { _ in
            _ = try? await fixture.service.cancelJob(
                created.id,
                targetState: "failed",
                reason: "stuck",
                as: fixture.actor
            )
        }
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .failed)
        #expect(job.errorMessage == "stuck")
        #expect(job.steps[0].status == .failed)
        let attempts = try await fixture.service.listAttempts(job.id, as: fixture.actor)
        #expect(attempts.map(\.state) == [.lost])
        script.set { _ in }
        #expect(try await fixture.service.startJob(created.id, as: fixture.actor).state == .completed)
    }

    @Test func `a deleted job takes its assets and its folders with it`() async throws {
        let (fixture, _, _) = try scripted()
        let created = try await fixture.createJob()
        _ = try await fixture.service.startJob(created.id, as: fixture.actor)
        try await fixture.service.deleteJob(created.id, as: fixture.actor)
        #expect(try await fixture.service.listJobs(JobFilter(), as: fixture.actor).jobs.isEmpty)
        let error = await #expect(throws: JobError.self) {
            try await fixture.service.listAssets(created.id, as: fixture.actor)
        }
        #expect(error?.code == .jobNotFound)
    }

    @Test func `the log alone proves the state of every job, whatever was done to it`() async throws {
        let failing = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            invocation.stepID == StepID("first")
                ? ScriptedExecutor.success(["result": .value("HELLO")]) : ScriptedExecutor.failure("no")
        }
        let fixture = try EngineFixture(executor: failing)
        let (service, ann) = (fixture.service, fixture.actor)
        let retried = try await fixture.createJob()
        _ = try await service.startJob(retried.id, as: ann)
        _ = try await service.retryJob(retried.id, as: ann)
        let reset = try await fixture.createJob()
        _ = try await service.startJob(reset.id, as: ann)
        _ = try await service.resetJob(reset.id, as: ann)
        let overridden = try await fixture.createJob()
        _ = try await service.cancelJob(overridden.id, targetState: "failed", reason: "stuck", as: ann)
        let stepwise = try await fixture.createJob()
        _ = try await service.executeStep(stepwise.id, as: ann)
        let deleted = try await fixture.createJob()
        _ = try await service.cancelJob(deleted.id, as: ann)
        try await service.deleteJob(deleted.id, as: ann)
        let report = try await service.verifyEvents(as: ann)
        #expect(report.isSound, "\(report.findings.prefix(3))")
        #expect(report.jobCount >= 4)
    }

    @Test func `of many cancellations and one run exactly one end is recorded`() async throws {
        for _ in 0..<5 {
            let (fixture, _, _) = try scripted()
            let created = try await fixture.createJob()
            let (service, ann) = (fixture.service, fixture.actor)
            async let run = try? service.startJob(created.id, as: ann)
            let accepted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask { (try? await service.cancelJob(created.id, as: ann)) != nil }
                }
                return await group.contains(true)
            }
            _ = await run
            let job = try await service.getJob(created.id, as: ann)
            #expect(job.state == (accepted ? .cancelled : .completed))
            let ends = try await service.listEvents(created.id, as: ann).filter { $0.toState?.isSettled == true }
            #expect(ends.count == 1)
        }
    }
}
