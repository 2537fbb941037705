import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Synchronization
import Testing

/// What a step's `retry` does to a job, with answers that a test makes up.
@Suite(.timeLimit(.minutes(10)))
struct StepRetryTests {
    private static func workflow(_ retry: String) -> String {
        EngineFixture.workflow.replacing(
            "output_mappings: { result: loud } }",
            with: "output_mappings: { result: loud }, retry: \(retry) }"
        )
    }

    /// A fixture whose first step ends as a test says, by the number of its attempt; the second one succeeds.
    private func fixture(
        _ retry: String,
        upper: String = EngineFixture.upper,
        now: @escaping @Sendable () -> Instant = { Instant.now() },
        _ answer: @escaping @Sendable (Int) throws(ExecutionError) -> StepOutcome
    ) throws -> (EngineFixture, ScriptedExecutor) {
        let executor = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            invocation.stepID == StepID("first")
                ? try answer(invocation.attemptNumber) : ScriptedExecutor.success(["line": .value("11")])
        }
        let fixture = try EngineFixture(executor: executor, workflow: Self.workflow(retry), upper: upper, now: now)
        return (fixture, executor)
    }

    private static let success = ScriptedExecutor.success(["result": .value("HELLO")])

    private func attempts(_ fixture: EngineFixture, _ job: Job) async throws -> [Attempt] {
        try await fixture.service.listAttempts(job.id, as: fixture.actor).filter { $0.stepID == StepID("first") }
    }

    private func events(_ fixture: EngineFixture, _ job: Job, _ type: String) async throws -> [Event] {
        try await fixture.service.listEvents(job.id, as: fixture.actor).filter { $0.type == type }
    }

    @Test func `a step that fails is tried again until it succeeds, and every attempt is there`() async throws {
        let (fixture, executor) = try fixture("{ max_attempts: 3, backoff: 2ms }") { number in
            number < 3 ? ScriptedExecutor.failure("no \(number)") : Self.success
        }
        let created = try await fixture.createJob()
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .completed && job.errorMessage == nil)
        #expect(job.steps.map(\.status) == [.completed, .completed] && job.steps[0].waiting == nil)
        let attempts = try await attempts(fixture, job)
        #expect(attempts.map(\.state) == [.failed, .failed, .succeeded])
        #expect(attempts.map(\.errorMessage) == ["no 1", "no 2", nil])
        #expect(attempts.map(\.runNumber) == [1, 1, 1])
        #expect(executor.invocations[1].earlierAttempts.count == 1)
        let retries = try await events(fixture, job, "step.retrying")
        #expect(retries.map { $0.data["attempt"] } == [2, 3])
        #expect(retries.map { $0.data["of"] } == [3, 3])
        #expect(retries.map { $0.data["delay_ms"] } == [2, 4])
        #expect(retries[0].data["error_message"] == "no 1" && retries[0].data["attempt_id"] != nil)
    }

    @Test func `after its last attempt a step fails, and a retry of the job counts anew`() async throws {
        let (fixture, _) = try fixture("{ max_attempts: 2, backoff: 1ms }") { ScriptedExecutor.failure("no \($0)") }
        let created = try await fixture.createJob()
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.state == .failed && job.errorMessage == "Attempt 2 of 2: no 2", "\(job)")
        #expect(job.steps.map(\.status) == [.failed, .skipped])
        _ = try await fixture.service.retryJob(job.id, as: fixture.actor)
        let again = try await fixture.service.startJob(job.id, as: fixture.actor)
        #expect(again.errorMessage == "Attempt 2 of 2: no 4", "\(again)")
        let attempts = try await attempts(fixture, job)
        #expect(attempts.map(\.number) == [1, 2, 3, 4] && attempts.map(\.runNumber) == [1, 1, 2, 2])
    }

    private static func ended(
        _ reason: AttemptEnding.Reason,
        _ exitCode: Int32? = nil,
        signal: Int32? = nil,
        _ code: JobErrorCode = .stepFailed
    ) -> StepOutcome {
        StepOutcome(
            ending: AttemptEnding(reason: reason, exitCode: exitCode, signal: signal),
            failure: StepFailure(code, "it is over", quotesTool: true)
        )
    }

    private static let anything = "{ max_attempts: 2, backoff: 1ms }"
    private static let filtered = "{ max_attempts: 2, backoff: 1ms, on_exit_codes: [75, 137] }"

    @Test(
        arguments: [
            (anything, ended(.exited, 1), true), (anything, ended(.exited, signal: 11), true),
            (anything, ended(.timedOut, nil, .timedOut), true),
            (anything, ended(.outOfMemory, nil, .resourceLimit), true),
            (anything, ended(.diskLimit, nil, .resourceLimit), true), (anything, success, true),
            (anything, ended(.cancelled, nil, .cancelled), false), (anything, ended(.notStarted), false),
            (filtered, ended(.exited, 75), true), (filtered, ended(.exited, 1), false),
            (filtered, ended(.exited, signal: 9), true), (filtered, ended(.exited, signal: 11), false),
            (filtered, ended(.timedOut, signal: 9, .timedOut), false), (filtered, success, false),
        ] as [(String, StepOutcome, Bool)]
    )
    func `what is tried again is decided by how the tool ended`(
        retry: String,
        end: StepOutcome,
        isRetried: Bool
    ) async throws {
        // A success without the promised output is a failure of the tool, too.
        let outcome = end.succeeded ? ScriptedExecutor.success(["result": .value(7)]) : end
        let (fixture, executor) = try fixture(retry) { number in number == 1 ? outcome : Self.success }
        let job = try await fixture.service.startJob(try await fixture.createJob().id, as: fixture.actor)
        #expect((job.state == .completed) == isRetried, "\(job.state)")
        #expect(executor.invocations.count { $0.stepID == StepID("first") } == (isRetried ? 2 : 1))
    }

    @Test func `what kept the tool from running is not tried again`() async throws {
        let (fixture, executor) = try fixture("{ max_attempts: 3, backoff: 1ms }") { (_) throws(ExecutionError) in
            throw ExecutionError(.sandboxUnavailable, "no sandbox")
        }
        let job = try await fixture.service.startJob(try await fixture.createJob().id, as: fixture.actor)
        #expect(job.errorCode == "SANDBOX_UNAVAILABLE" && executor.invocations.count == 1)
    }

    @Test func `a tool that may run only once is not tried again, whatever its workflow says`() async throws {
        let (fixture, executor) = try fixture("{ max_attempts: 3, backoff: 1ms }") {
            ScriptedExecutor.failure("no \($0)")
        }
        let checked = try fixture.workspace.catalog.workflow(WorkflowID("pair"))
        var tools = checked.tools
        let upper = try #require(tools[ToolID("upper")])
        var definition = try #require(upper.definition.objectValue)
        definition["idempotent"] = false
        tools[ToolID("upper")] = try Tool(definition: .object(definition))
        var request = try fixture.request()
        request.workflow = CheckedWorkflow(workflow: checked.workflow, tools: tools)
        let created = try await fixture.service.createJob(request, as: fixture.actor)
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.errorMessage == "no 1" && executor.invocations.count == 1)
    }

    @Test func `a lost attempt counts as one of its policy, and of no other limit`() async throws {
        let (fixture, _) = try fixture("{ max_attempts: 5, backoff: 1ms }") { number in
            number == 3 ? ScriptedExecutor.failure("no") : .lost("was lost.")
        }
        let job = try await fixture.service.startJob(try await fixture.createJob().id, as: fixture.actor)
        #expect(job.state == .failed && job.errorMessage == "Attempt 5 of 5: Step first was lost.", "\(job)")
        #expect(try await attempts(fixture, job).map(\.state) == [.lost, .lost, .failed, .lost, .lost])
        #expect(try await events(fixture, job, "step.retrying").count == 4)
    }

    @Test func `failed attempts cost, and none starts that the job cannot pay for`() async throws {
        let upper = EngineFixture.upper + "\nestimated_cost: \"0.5\""
        let (fixture, executor) = try fixture("{ max_attempts: 5, backoff: 1ms }", upper: upper) { _ in
            var outcome = ScriptedExecutor.failure("no")
            outcome.cost = Money(parsing: "0.5")
            return outcome
        }
        var request = try fixture.request()
        request.details.maxCost = "1.2"
        let created = try await fixture.service.createJob(request, as: fixture.actor)
        let job = try await fixture.service.startJob(created.id, as: fixture.actor)
        #expect(job.errorCode == "BUDGET_EXCEEDED" && job.actualCost == Money(parsing: "1"), "\(job)")
        #expect(executor.invocations.count == 2)
    }

    /// Starts a job whose first attempt fails, and returns while it waits an hour for the second.
    private func waiting(
        _ fixture: EngineFixture,
        timeout: Int? = nil,
        stop: StopSignal = StopSignal()
    ) async throws -> (Job, Task<Job, any Error>) {
        var request = try fixture.request()
        request.details.timeoutSeconds = timeout
        let created = try await fixture.service.createJob(request, as: fixture.actor)
        let service = fixture.service
        let actor = fixture.actor
        // Awaited by every test that calls this.
        let run = Task { try await service.startJob(created.id, stop: stop, as: actor) }
        let limit = Duration.seconds(500)
        #expect(try await eventually(within: limit) { try await events(fixture, created, "step.retrying").count == 1 })
        return (created, run)
    }

    private static func time(_ clock: TestClock) -> @Sendable () -> Instant {
        { clock.now }
    }

    private static let hour = "{ max_attempts: 2, backoff: 1h, max_backoff: 1h }"

    @Test func `a job that waits for an attempt is running, and says when it goes on`() async throws {
        let clock = TestClock()
        let (fixture, _) = try fixture(Self.hour, now: Self.time(clock)) { _ in ScriptedExecutor.failure("no") }
        let stop = StopSignal()
        let (created, run) = try await waiting(fixture, stop: stop)
        let job = try await fixture.service.getJob(created.id, as: fixture.actor)
        #expect(job.state == .running && job.steps[0].status == .running)
        let wait = try #require(job.steps[0].waiting)
        #expect(wait.attempt == 2 && wait.of == 2)
        #expect(wait.until.milliseconds == clock.now.milliseconds + 3_600_000)
        let explained = try await fixture.service.explain(created.id, as: fixture.actor)
        #expect(
            explained.because.first?.contains("Its step first waits 1h 00m before attempt 2 of 2") == true,
            "\(explained)"
        )
        #expect(explained.because.contains { $0.contains("The attempt before it failed: no") }, "\(explained)")
        stop.stop()
        let ended = try await run.value
        #expect(
            ended.state == .cancelled && ended.steps[0].status == .failed && ended.steps[0].waiting == nil,
            "\(ended)"
        )
    }

    @Test func `a pause ends the wait at once, and who goes on waits the rest and counts on`() async throws {
        let clock = TestClock()
        let (fixture, _) = try fixture(Self.hour, now: Self.time(clock)) { ScriptedExecutor.failure("no \($0)") }
        let (created, run) = try await waiting(fixture)
        _ = try await fixture.service.pauseJob(created.id, as: fixture.actor)
        let paused = try await run.value
        #expect(
            paused.state == .paused && paused.steps[0].status == .pending && paused.steps[0].waiting != nil,
            "\(paused)"
        )
        clock.move(by: 3_600_000)
        let job = try await fixture.workspace.runner.resume(created.id, as: fixture.actor)
        #expect(job.state == .failed && job.errorMessage == "Attempt 2 of 2: no 2", "\(job)")
    }

    @Test func `a cancellation ends the wait`() async throws {
        let (fixture, _) = try fixture(Self.hour) { _ in ScriptedExecutor.failure("no") }
        let (created, run) = try await waiting(fixture)
        _ = try await fixture.service.cancelJob(created.id, as: fixture.actor)
        let job = try await run.value
        #expect(job.state == .cancelled && job.steps.map(\.status) == [.failed, .skipped], "\(job)")
        #expect(job.steps[0].errorCode == "CANCELLED")
    }

    @Test func `the time limit of the job holds while it waits`() async throws {
        let (fixture, _) = try fixture(Self.hour) { _ in ScriptedExecutor.failure("no") }
        // Long enough for the first attempt on a machine that is busy.
        let (_, run) = try await waiting(fixture, timeout: 15)
        let job = try await run.value
        #expect(job.state == .failed && job.errorCode == "TIMED_OUT", "\(job)")
        #expect(job.steps.map(\.status) == [.failed, .skipped])
    }
}
