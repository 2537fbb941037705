import LockstepDefinitions
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Synchronization
import Testing

@testable import LockstepEngine

/// What befalls some rows of a batch, and not the others.
@Suite(.timeLimit(.minutes(5)))
struct BatchTroubleTests {
    /// The first row is held in its step until it is let go.
    private struct Held {
        let fixture: BatchFixture
        let gate: Flag
        let batch: Batch
        let job: JobID

        static func run(
            _ table: String,
            _ body: (Held) async throws -> Void
        ) async throws -> Batch {
            let (gate, hasBegun) = (Flag(), Flag())
            let fixture = try BatchFixture { word, stop in
                hasBegun.set()
                while word == "one", !gate.isSet, stop.request == .none { try? await Task.sleep(for: .milliseconds(5)) }
                return stop.request == .none ? nil : .stopped
            }
            let batch = try await fixture.create(table, parallel: 1)
            async let running = fixture.run(batch)
            while !hasBegun.isSet { try await Task.sleep(for: .milliseconds(5)) }
            let job = try #require(try await fixture.rows(batch)[0].jobID)
            try await body(Held(fixture: fixture, gate: gate, batch: batch, job: job))
            return try await running
        }

        func found() async throws -> Job { try await fixture.service.getJob(job, as: fixture.engine.actor) }
    }

    @Test func `Trouble of the machine ends the run, and costs no row`() async throws {
        let isMended = Flag()
        let fixture = try BatchFixture { word, _ in
            guard word == "w3", !isMended.isSet else { return nil }
            return StepOutcome(
                ending: AttemptEnding(reason: .exited, exitCode: 1),
                failure: StepFailure(.sandboxUnavailable, "There are no namespaces.")
            )
        }
        let batch = try await fixture.create(BatchFixture.table((1...8).map { "w\($0)" }), parallel: 1)
        await #expect { try await fixture.run(batch) } throws: { ($0 as? JobError)?.code == .sandboxUnavailable }
        #expect(fixture.executor.invocations.count == 3)
        let counts = try await fixture.counts(batch)
        #expect(counts[.completed] == 2 && counts[.failed] == 0 && counts[.pending] + counts[.queued] == 6)
        isMended.set()
        #expect(try await fixture.run(batch).state == .completed)
        #expect(fixture.executor.invocations.count == 9)
    }

    @Test func `A row whose job is paused waits until it is resumed, and the others go on`() async throws {
        let batch = try await Held.run("word\none\ntwo\n") { held in
            let (service, actor) = (held.fixture.service, held.fixture.engine.actor)
            _ = try await service.pauseJob(held.job, as: actor)
            held.gate.set()
            while try await held.found().isDriven { try await Task.sleep(for: .milliseconds(5)) }
            while try await held.fixture.counts(held.batch)[.completed] == 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            // Longer than it takes until the row is looked at again.
            try await Task.sleep(for: .milliseconds(1200))
            #expect(try await held.found().state == .paused)
            _ = try await service.resumeJob(held.job, as: actor)
        }
        #expect(batch.state == .completed)
    }

    @Test func `A row whose job depends on something waits, and the others go on`() async throws {
        let batch = try await Held.run("word\none\ntwo\nthree\n") { held in
            let (service, actor) = (held.fixture.service, held.fixture.engine.actor)
            let second = try #require(try await held.fixture.rows(held.batch)[1].jobID)
            _ = try await service.linkTask("approval", to: second, as: actor)
            held.gate.set()
            while try await held.fixture.counts(held.batch)[.completed] < 2 {
                try await Task.sleep(for: .milliseconds(5))
            }
            let states = try await held.fixture.rows(held.batch).map(\.state)
            #expect(states == [.completed, .queued, .completed])
            _ = try await service.completeTask("approval", as: actor)
        }
        #expect(batch.state == .completed)
    }

    @Test func `A row whose job was run elsewhere and failed is not run again`() async throws {
        let batch = try await Held.run("word\none\ntwo\n") { held in
            let (service, actor) = (held.fixture.service, held.fixture.engine.actor)
            let second = try #require(try await held.fixture.rows(held.batch)[1].jobID)
            let other = ScriptedExecutor { _, _ in ScriptedExecutor.failure("It is broken.") }
            let runner = JobRunner(service.context, executor: other)
            #expect(try await runner.run(second, as: actor).state == .failed)
            held.gate.set()
        }
        #expect(batch.state == .partial)
    }

    @Test func `Why a batch is cancelled stands in the log of each job that ran`() async throws {
        let batch = try await Held.run("word\none\ntwo\n") { held in
            let (service, actor) = (held.fixture.service, held.fixture.engine.actor)
            _ = try await service.cancelBatch(held.batch.id, reason: "wrong files", as: actor)
            while !(try await held.found().state.isSettled) { try await Task.sleep(for: .milliseconds(5)) }
            let events = try await service.context.store.events(of: held.job, after: 0)
            #expect(events.last { $0.toState == .cancelled }?.reason == "wrong files")
        }
        #expect(batch.state == .cancelled && batch.cancelReason == "wrong files")
    }
}
