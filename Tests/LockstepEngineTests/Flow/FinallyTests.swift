import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// Steps of `finally`, and the ends of jobs that they see.
@Suite(.timeLimit(.minutes(5)))
struct FinallyTests {
    private static let workflow =
        "input_variables: [{ variable_id: fails, default: '', schema: { type: string } }]\n"
        + "steps:\n" + FlowBench.step("one", "aa", to: "x") + FlowBench.step("two", "bb", to: "y")
        + "finally:\n"
        + FlowBench.step("good", "x", to: "g", "run_on: [success]")
        + FlowBench.step(
            "bad",
            "{ cat: [{ var: job.error_message }, '/', { var: job.failed_steps }] }",
            to: "b",
            "run_on: [failure]"
        )
        + FlowBench.step("stopped", "job", to: "s", "run_on: [cancel]")
        + FlowBench.step("always", "x", to: "a")

    private func bench(failing: Set<String> = []) throws -> FlowBench {
        try FlowBench(Self.workflow) { (invocation, _) throws(ExecutionError) in
            failing.contains(invocation.stepID.rawValue)
                ? ScriptedExecutor.failure("no \(invocation.stepID)") : FlowBench.echo(invocation)
        }
    }

    @Test func `after success only what is meant for it runs, and its outputs are none of the job's`() async throws {
        let bench = try bench()
        let job = try await bench.run()
        #expect(job.state == .completed && bench.ran == ["one", "two", "good", "always"])
        #expect(job.steps.map(\.status) == [.completed, .completed, .completed, .skipped, .skipped, .completed])
        #expect(job.outputData == ["x": "aa", "y": "bb"] && job.ending == nil)
    }

    @Test func `after a failure they run, know why, and the job stays failed for its own reason`() async throws {
        let bench = try bench(failing: ["two"])
        let job = try await bench.run()
        #expect(job.state == .failed && job.errorMessage == "no two")
        #expect(bench.ran == ["one", "two", "bad", "always"])
        #expect(bench.executor.invocations[2].command[1] == "no two/two")
    }

    @Test func `one that fails keeps neither the others from running nor the job's success, which is then partial`()
        async throws
    {
        let bench = try bench(failing: ["good"])
        let job = try await bench.run()
        #expect(job.state == .partial && bench.ran == ["one", "two", "good", "always"])
        #expect(job.errorMessage == "The job went on although step good failed: no good")
        #expect(job.outputData == ["x": "aa", "y": "bb"])
    }

    @Test func `after a cancellation those run that are meant for it, in the same process`() async throws {
        let stop = StopSignal()
        let bench = try FlowBench(Self.workflow) { (invocation, own) throws(ExecutionError) in
            guard invocation.stepID == StepID("one") else { return FlowBench.echo(invocation) }
            stop.stop()
            #expect(own.request == .graceful)
            return StepOutcome(
                ending: AttemptEnding(reason: .cancelled),
                failure: StepFailure(.cancelled, "was stopped.")
            )
        }
        let job = try await bench.service.startJob(try await bench.createJob().id, stop: stop, as: bench.actor)
        #expect(job.state == .cancelled && job.errorMessage == "Job cancelled by user")
        #expect(bench.ran == ["one", "stopped", "always"])
        #expect(job.steps.map(\.status) == [.failed, .skipped, .skipped, .skipped, .completed, .completed])
    }

    @Test func `who wants the job to stop twice stops them as well`() async throws {
        let stop = StopSignal()
        let bench = try FlowBench(Self.workflow) { (invocation, own) throws(ExecutionError) in
            if invocation.stepID == StepID("good") {
                stop.stop()
                #expect(own.request == .none)
                stop.stopNow()
                #expect(own.request == .now)
                return StepOutcome(
                    ending: AttemptEnding(reason: .cancelled),
                    failure: StepFailure(.cancelled, "was stopped.")
                )
            }
            return FlowBench.echo(invocation)
        }
        let job = try await bench.service.startJob(try await bench.createJob().id, stop: stop, as: bench.actor)
        #expect(bench.ran == ["one", "two", "good"] && job.state == .partial, "\(job)")
    }

    @Test func `a retry goes on at the step that failed, and what comes last comes last again`() async throws {
        let isMended = Flag()
        let bench = try FlowBench(Self.workflow) { (invocation, _) throws(ExecutionError) in
            invocation.stepID == StepID("two") && !isMended.isSet
                ? ScriptedExecutor.failure("no") : FlowBench.echo(invocation)
        }
        let failed = try await bench.run()
        isMended.set()
        _ = try await bench.service.retryJob(failed.id, as: bench.actor)
        let job = try await bench.service.startJob(failed.id, as: bench.actor)
        #expect(job.state == .completed)
        #expect(bench.ran == ["one", "two", "bad", "always", "two", "good", "always"])
    }

    @Test func `a job of one step at a time does not come to them before its steps are through`() async throws {
        let bench = try bench()
        let created = try await bench.createJob()
        let paused = try await bench.service.executeStep(created.id, as: bench.actor)
        #expect(paused.state == .paused && bench.ran == ["one"])
        let job = try await bench.service.executeStep(created.id, as: bench.actor)
        #expect(job.state == .completed && bench.ran == ["one", "two", "good", "always"])
    }
}
