import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Synchronization

/// A project with a workflow of one step, and an executor that answers as the row's `word` says.
struct BatchFixture {
    let engine: EngineFixture
    let executor: ScriptedExecutor

    static let workflow = """
        workflow_id: pair
        name: Pair
        version: 1.0.0
        input_variables:
          - { variable_id: word, required: true, schema: { type: string } }
          - { variable_id: doc, schema: { type: file } }
          - { variable_id: times, default: 1, schema: { type: integer, minimum: 1, maximum: 9 } }
        steps:
          - { step_id: first, tool: upper, parameter_mappings: { text: word }, output_mappings: { result: loud } }
        outputs: [loud]
        """

    /// - Parameter answer: How a step ends whose standard input is the word; it succeeds with the word in capitals when nil.
    init(
        _ answer: @escaping @Sendable (String, StopSignal) async -> StepOutcome? = { _, _ in nil },
        now: @escaping @Sendable () -> Instant = { Instant.now() }
    ) throws {
        executor = ScriptedExecutor { invocation, stop in
            guard case .bytes(let bytes) = invocation.stdin else { return ScriptedExecutor.failure("It got no word.") }
            let word = String(decoding: bytes, as: UTF8.self)
            if let outcome = await answer(word, stop) { return outcome }
            return ScriptedExecutor.success(["result": .value(.string(word.uppercased()))])
        }
        engine = try EngineFixture(executor: executor, workflow: Self.workflow, inMemory: true, now: now)
    }

    var service: JobService { engine.service }
    var runner: BatchRunner { BatchRunner(engine.workspace) }

    /// A request for rows of CSV.
    func request(_ table: String, parallel: Int = 2) throws -> BatchRequest {
        try engine.folder.write(table, to: "rows.csv")
        return BatchRequest(
            workflow: try engine.workspace.catalog.workflow(WorkflowID("pair")),
            source: .csv(engine.folder.path("rows.csv")),
            folder: engine.folder.path,
            maxParallel: parallel
        )
    }

    func create(_ table: String, parallel: Int = 2) async throws -> Batch {
        try await service.createBatch(try request(table, parallel: parallel), as: engine.actor).batch
    }

    func run(_ batch: Batch, stop: StopSignal = StopSignal()) async throws -> Batch {
        try await runner.run(batch.id, as: engine.actor, stop: stop)
    }

    func counts(_ batch: Batch) async throws -> BatchCounts {
        try await service.getBatch(batch.id, as: engine.actor).counts
    }

    func rows(_ batch: Batch) async throws -> [BatchRowResult] {
        try await service.listRows(of: batch.id, limit: 1000, as: engine.actor)
    }

    /// A table of one column with a row for each word.
    static func table(_ words: some Sequence<String>) -> String { (["word"] + words).joined(separator: "\n") + "\n" }
}

extension StepOutcome {
    /// The step was stopped because somebody wanted it.
    static let stopped = StepOutcome(
        ending: AttemptEnding(reason: .cancelled),
        failure: StepFailure(.cancelled, "Stopped.")
    )
}
