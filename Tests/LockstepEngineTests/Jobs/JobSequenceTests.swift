import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// Random sequences of operations, each compared with ``ModelJob`` after every operation: 2,000, or as many as the variable
/// `LOCKSTEP_TEST_SEQUENCES` says; `.ci/run` asks for 10,000.
///
/// The databases are real ones; they lie in memory where the machine has room there, so that nothing waits for a disk.
@Suite(.timeLimit(.minutes(10)))
struct JobSequenceTests {
    private static let sequences =
        ProcessInfo.processInfo.environment["LOCKSTEP_TEST_SEQUENCES"].flatMap { Int($0) } ?? 2000
    private static let databases = 2
    /// How many jobs of one database have their turns mixed.
    private static let interleaved = 8

    /// A generator that gives the same numbers for the same seed.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    /// A job, what it should be, and what was done with it.
    private struct Sequence {
        var job: Job
        var model: ModelJob
        var rest: Int
        var done: [String] = []
    }

    private static let workflow = """
        workflow_id: pair
        name: Pair
        version: 1.0.0
        input_variables:
          - { variable_id: word, required: true, schema: { type: string, enum: [hello, goodbye] } }
          - { variable_id: times, default: 1, schema: { type: integer, minimum: 1, maximum: 9 } }
        steps:
          - { step_id: first, tool: upper, parameter_mappings: { text: word }, output_mappings: { result: loud } }
        outputs: [loud]
        """

    @Test(arguments: 1...databases)
    func `any sequence of operations ends where the model says`(seed: Int) async throws {
        let fixture = try EngineFixture(workflow: Self.workflow, inMemory: true)
        let checked = try fixture.workspace.catalog.workflow(WorkflowID("pair"))
        var numbers = Numbers(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        var open: [Sequence] = []
        var left = Self.sequences / Self.databases
        var failures = 0
        while (left > 0 || !open.isEmpty) && failures < 3 {
            while left > 0 && open.count < Self.interleaved {
                open.append(try await begin(checked, fixture, &numbers))
                left -= 1
            }
            let index = Int.random(in: 0..<open.count, using: &numbers)
            var problems = try await advance(&open[index], fixture, &numbers)
            if problems.isEmpty, open[index].rest == 0 { problems = try await end(open[index], fixture) }
            if !problems.isEmpty {
                failures += 1
                let done = open[index].done.joined(separator: ", ")
                Issue.record("seed \(seed): \(done): \(problems.joined(separator: "; "))")
            }
            if open[index].rest == 0 || !problems.isEmpty { open.remove(at: index) }
        }
        let report = try await fixture.service.verifyEvents(as: fixture.actor)
        #expect(report.isSound, "\(report.findings.prefix(3))")
    }

    private func begin(
        _ workflow: CheckedWorkflow,
        _ fixture: EngineFixture,
        _ numbers: inout Numbers
    ) async throws -> Sequence {
        let rest = Int.random(in: 1...12, using: &numbers)
        if Int.random(in: 0..<3, using: &numbers) > 0 {
            let job = try await fixture.service.createExternalJob(name: "job", as: fixture.actor)
            return Sequence(job: job, model: ModelJob(isExternal: true, hasWord: false), rest: rest, done: ["external"])
        }
        let hasWord = Bool.random(using: &numbers)
        let request = CreateJobRequest(
            workflow: workflow,
            name: "job",
            inputs: hasWord ? [fixture.input("word", "hello")] : [],
            allowsIncompleteInputs: true
        )
        let job = try await fixture.service.createJob(request, as: fixture.actor)
        return Sequence(
            job: job,
            model: ModelJob(isExternal: false, hasWord: hasWord),
            rest: rest,
            done: [hasWord ? "workflow with word" : "workflow"]
        )
    }

    /// Does one operation.
    ///
    /// - Returns: What is not as the model has it.
    private func advance(
        _ sequence: inout Sequence,
        _ fixture: EngineFixture,
        _ numbers: inout Numbers
    ) async throws -> [String] {
        let move = JobMove.random(isExternal: sequence.model.isExternal, using: &numbers)
        let isStale = Int.random(in: 0..<16, using: &numbers) == 0
        sequence.rest -= 1
        sequence.done.append(isStale ? "stale \(move)" : "\(move)")
        let answer = sequence.model.apply(move, isStale: isStale)
        let version = sequence.job.version - (isStale ? 1 : 0)
        do throws(JobError) {
            let before = sequence.job
            let job = try await perform(move, before, version, fixture)
            guard answer == .changed || answer == .unchanged else { return ["it was done, and should be \(answer)"] }
            if let job { sequence.job = job }
            if answer == .unchanged, job != before { return ["it changed the job"] }
        } catch {
            guard case .refused(error.code) = answer else {
                return ["it was refused with \(error.code.rawValue): \(error.message); and should be \(answer)"]
            }
        }
        return sequence.model.isDeleted ? [] : sequence.model.differences(from: sequence.job)
    }

    /// Compares what is stored at the end with the model and with the last answer.
    private func end(_ sequence: Sequence, _ fixture: EngineFixture) async throws -> [String] {
        let (id, model) = (sequence.job.id, sequence.model)
        let store = JobStore(fixture.workspace.database, blobs: fixture.workspace.blobs)
        let events = try await store.events(of: id, after: 0)
        var problems: [String] = []
        if events.count != model.events { problems.append("\(events.count) events, not \(model.events)") }
        let stored = try await store.job(id)
        if model.isDeleted {
            if stored != nil { problems.append("it is still there") }
            if events.last?.type != "job.deleted" { problems.append("no event says that it was deleted") }
            return problems
        }
        if stored != sequence.job { problems.append("the stored job is not the one that was answered") }
        if events.last(where: { $0.toState != nil })?.toState != model.state {
            problems.append("the log does not end in \(model.state)")
        }
        return problems
    }

    private func perform(
        _ move: JobMove,
        _ job: Job,
        _ version: Int64,
        _ fixture: EngineFixture
    ) async throws(JobError) -> Job? {
        let (id, service, ann) = (job.id, fixture.service, fixture.actor)
        switch move {
        case .setInput(let name, let isGood):
            let text = name == "times" ? (isGood ? "3" : "0") : (isGood ? "goodbye" : "nonsense")
            return try await service.setInputValue(
                fixture.input(name, text),
                of: id,
                expectedVersion: version,
                as: ann
            )
        case .clearInputs: return try await service.clearInputs(of: id, expectedVersion: version, as: ann)
        case .validateInputs: return try await service.validateInputs(of: id, expectedVersion: version, as: ann)
        case .schedule: return try await service.scheduleJob(id, at: .distant, expectedVersion: version, as: ann)
        case .start: return try await service.startJob(id, expectedVersion: version, as: ann)
        case .pause: return try await service.pauseJob(id, expectedVersion: version, as: ann)
        case .resume: return try await service.resumeJob(id, expectedVersion: version, as: ann)
        case .cancel: return try await service.cancelJob(id, expectedVersion: version, as: ann)
        case .complete: return try await service.completeJob(id, expectedVersion: version, as: ann)
        case .fail: return try await service.failJob(id, errorMessage: "no", expectedVersion: version, as: ann)
        case .partial: return try await service.markPartial(id, errorMessage: "half", expectedVersion: version, as: ann)
        case .retry: return try await service.retryJob(id, expectedVersion: version, as: ann)
        case .reset: return try await service.resetJob(id, expectedVersion: version, as: ann)
        case .progress(let percent):
            return try await service.updateProgress(id, to: percent, expectedVersion: version, as: ann).job
        case .checkpoint(let number):
            return try await service.saveCheckpoint(
                ["step_index": .integer(Int64(number))],
                of: id,
                expectedVersion: version,
                as: ann
            )
        case .assign(let agent): return try await service.assignAgent(agent, to: id, expectedVersion: version, as: ann)
        case .cost(let cents):
            let amount = "\(cents / 100).\(cents % 100 / 10)\(cents % 10)"
            return try await service.recordCost(amount, of: id, expectedVersion: version, as: ann)
        case .rename(let name): return try await service.updateJob(id, name: name, expectedVersion: version, as: ann)
        case .link(let task): return try await service.linkTask(task, to: id, expectedVersion: version, as: ann)
        case .unlink(let task): return try await service.unlinkTask(task, from: id, expectedVersion: version, as: ann)
        case .delete:
            try await service.deleteJob(id, expectedVersion: version, as: ann)
            return nil
        }
    }
}
