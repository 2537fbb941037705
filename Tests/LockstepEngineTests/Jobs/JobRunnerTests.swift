import Foundation
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Synchronization
import Testing

/// How a job is driven, with a scripted executor: nothing here starts a process.
struct JobRunnerTests {
    @Test func `steps run in order, and values flow from one to the next`() async throws {
        let executor = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            invocation.stepID == StepID("first")
                ? ScriptedExecutor.success(["result": .value("HELLO")])
                : ScriptedExecutor.success(["line": .value("11 doc.txt"), "copy": .missing])
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        #expect(created.state == .queued)
        let job = try await fixture.workspace.runner.run(created.id, as: fixture.actor)
        #expect(job.state == .completed)
        #expect(job.progress == 100)
        #expect(job.outputData == ["loud": "HELLO", "counted": "11 doc.txt"])
        #expect(executor.invocations.map(\.stepID.rawValue) == ["first", "second"])
        #expect(executor.invocations.map(\.isFollowed) == [true, false])
        #expect(executor.invocations[1].command == ["wc", "-c", "/in/file/doc.txt"])
        let stored = try await fixture.service.getJob(job.id, as: fixture.actor)
        #expect(stored.json == job.json)
        let attempts = try await fixture.service.listAttempts(job.id, as: fixture.actor)
        #expect(attempts.map(\.state) == [.succeeded, .succeeded])
    }

    @Test func `each change of state is an event, in order`() async throws {
        let executor = ScriptedExecutor { (_, _) throws(ExecutionError) in
            ScriptedExecutor.success(["result": .value("X"), "line": .value("1")])
        }
        let fixture = try EngineFixture(executor: executor)
        let job = try await fixture.createJob()
        _ = try await fixture.workspace.runner.run(job.id, as: fixture.actor)
        let events = try await fixture.service.listEvents(job.id, as: fixture.actor)
        #expect(
            events.map(\.type) == [
                "job.created", "asset.created", "job.started", "step.started", "step.finished", "step.started",
                "step.finished", "job.succeeded",
            ]
        )
        #expect(events.compactMap(\.toState) == [.queued, .running, .completed])
        #expect(events.allSatisfy { $0.actor == "ann" })
    }

    @Test func `a failed step fails the job with its message, and later steps are skipped`() async throws {
        let executor = ScriptedExecutor { (_, _) throws(ExecutionError) in
            ScriptedExecutor.failure("Failed to process PDF: File is password protected")
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        let job = try await fixture.workspace.runner.run(created.id, as: fixture.actor)
        #expect(job.state == .failed)
        #expect(job.errorMessage == "Failed to process PDF: File is password protected")
        #expect(job.errorCode == "STEP_FAILED")
        #expect(job.steps.map(\.status) == [.failed, .skipped])
        #expect(job.steps[0].errorMessage == job.errorMessage)
        #expect(executor.invocations.count == 1)
        #expect(try await fixture.service.getJob(job.id, as: fixture.actor).json == job.json)
    }

    @Test func `an output that breaks its schema fails the step`() async throws {
        let executor = ScriptedExecutor { (invocation, _) throws(ExecutionError) in
            ScriptedExecutor.success(["result": .value("X"), "line": .value("")])
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        let job = try await fixture.workspace.runner.run(created.id, as: fixture.actor)
        #expect(job.steps.map(\.status) == [.completed, .failed])
        #expect(job.errorMessage?.contains("output line that is not what the tool count promises") == true)
        #expect(
            try await fixture.service.listAttempts(job.id, as: fixture.actor).map(\.state) == [.succeeded, .failed]
        )
    }

    @Test func `a sandbox that cannot be had fails the job, and says so`() async throws {
        let executor = ScriptedExecutor { (_, _) throws(ExecutionError) in
            throw ExecutionError(.sandboxUnavailable, "bubblewrap is not installed. apt-get install bubblewrap")
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        let job = try await fixture.workspace.runner.run(created.id, as: fixture.actor)
        #expect(job.state == .failed)
        #expect(job.errorCode == "SANDBOX_UNAVAILABLE")
        #expect(try await fixture.service.listAttempts(job.id, as: fixture.actor).map(\.state) == [.failed])
    }

    @Test func `a stopped job is cancelled in the seed's words`() async throws {
        let executor = ScriptedExecutor { (_, stop) throws(ExecutionError) in
            stop.stop()
            return StepOutcome(
                ending: AttemptEnding(reason: .cancelled, signal: 15),
                failure: StepFailure(.cancelled, "stopped")
            )
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        let job = try await fixture.workspace.runner.run(created.id, as: fixture.actor)
        #expect(job.state == .cancelled)
        #expect(job.status == .failed)
        #expect(job.errorMessage == "Job cancelled by user")
        #expect(job.steps.map(\.status) == [.failed, .skipped])
    }

    @Test(.timeLimit(.minutes(10)))
    func `a cancel from elsewhere reaches the runner`() async throws {
        let executor = ScriptedExecutor { (_, stop) throws(ExecutionError) in
            while stop.request == .none { try? await Task.sleep(for: .milliseconds(20)) }
            return StepOutcome(
                ending: AttemptEnding(reason: .cancelled),
                failure: StepFailure(.cancelled, "stopped")
            )
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        async let running = fixture.workspace.runner.run(created.id, as: fixture.actor)
        while try await fixture.service.getJob(created.id, as: fixture.actor).state != .running {
            try await Task.sleep(for: .milliseconds(10))
        }
        _ = try await fixture.service.cancelJob(created.id, reason: "too slow", as: fixture.actor)
        #expect(try await running.state == .cancelled)
        let events = try await fixture.service.listEvents(created.id, as: fixture.actor)
        #expect(events.last?.type == "job.cancelled")
        #expect(events.last?.reason == "too slow")
    }

    @Test func `a job that has ended is not run again`() async throws {
        let executor = ScriptedExecutor { (_, _) throws(ExecutionError) in ScriptedExecutor.failure("no") }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        _ = try await fixture.service.cancelJob(created.id, as: fixture.actor)
        let error = await #expect(throws: JobError.self) {
            try await fixture.workspace.runner.run(created.id, as: fixture.actor)
        }
        #expect(error?.code == .invalidTransition)
        #expect(executor.invocations.isEmpty)
    }

    @Test func `whoever watches hears of every step and of live output`() async throws {
        let executor = ScriptedExecutor { (_, _) throws(ExecutionError) in
            ScriptedExecutor.success(["result": .value("X"), "line": .value("1")])
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        let heard = Mutex<[String]>([])
        _ = try await fixture.workspace.runner.run(created.id, as: fixture.actor) { update in
            heard.withLock { heard in
                switch update {
                case .started: heard.append("started")
                case .step(let index, let step): heard.append("\(index) \(step.status.rawValue)")
                case .live(let index, let progress, let whole):
                    heard.append("\(index) \(progress.liveOutput ?? "") \(whole)%")
                case .settled(let job): heard.append(job.state.rawValue)
                }
            }
        }
        #expect(
            heard.withLock { $0 } == [
                "started", "0 RUNNING", "0 half of first 25%", "0 COMPLETED", "1 RUNNING", "1 half of second 75%",
                "1 COMPLETED", "completed",
            ]
        )
    }

    @Test func `what a file said when the job was created is what runs`() async throws {
        let executor = ScriptedExecutor { (_, _) throws(ExecutionError) in
            ScriptedExecutor.success(["result": .value("X"), "line": .value("1")])
        }
        let fixture = try EngineFixture(executor: executor)
        let created = try await fixture.createJob()
        try fixture.folder.write(
            EngineFixture.upper.replacingOccurrences(of: "tr, a-z, A-Z", with: "rm, -rf"),
            to: "tools-registry/upper.yaml"
        )
        _ = try await fixture.workspace.runner.run(created.id, as: fixture.actor)
        #expect(executor.invocations[0].command == ["tr", "a-z", "A-Z"])
    }
}
