internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore
internal import Synchronization

/// Answers steps from the stubs of one case, and remembers what each was given. It starts nothing.
final class StubExecutor: StepExecutor {
    private struct State {
        /// The address of the step that called a job; nil inside for the job that is tested.
        var callers: [JobID: StepAddress?] = [:]
        /// How often each outcome was used, by the step or item that used it.
        var uses: [StepAddress: [Int]] = [:]
        var calls: [StepAddress: [RecordedCall]] = [:]
        var problems: [TestProblem] = []
    }

    private let state = Mutex(State())
    private let test: WorkflowTest
    private let testCase: WorkflowTestCase
    private let store: JobStore
    private let files: TestFileContent
    private let time: SimulatedTime
    /// Of the job that is tested.
    private let jobStop: StopSignal

    init(
        _ testCase: WorkflowTestCase,
        of test: WorkflowTest,
        in context: EngineContext,
        time: SimulatedTime,
        stop: StopSignal
    ) {
        self.test = test
        self.testCase = testCase
        store = context.store
        files = TestFileContent(blobs: context.blobs, mediaTypes: context.mediaTypes)
        self.time = time
        jobStop = stop
    }

    /// Why the case does not work; empty when it does.
    var problems: [TestProblem] { state.withLock { $0.problems } }

    /// What a step was given, one entry an attempt.
    func calls(of address: StepAddress) -> [RecordedCall] { state.withLock { $0.calls[address] ?? [] } }

    func run(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> StepOutcome {
        do throws(TestProblem) {
            let address = try await address(of: invocation)
            state.withLock { $0.calls[address, default: []].append(RecordedCall(invocation)) }
            let (step, tool) = try definition(at: address)
            let outcome = try choose(for: address, tool, invocation)
            return try answer(outcome, step, tool, invocation)
        } catch {
            state.withLock { $0.problems.append(error) }
            throw ExecutionError(.sandboxUnavailable, error.message)
        }
    }

    /// Nothing that a test began is ever left to another runner.
    func adopt(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> AdoptedAttempt {
        AdoptedAttempt(.lost("was lost."), wasAlive: false)
    }

    private func problem(_ message: String, at pointer: JSONPointer? = nil) -> TestProblem {
        TestProblem(pointer: pointer ?? testCase.pointer, message: message)
    }

    // MARK: - Which step it is

    private func address(of invocation: StepInvocation) async throws(TestProblem) -> StepAddress {
        guard let part = StepAddress.Part(parsing: invocation.stepID.rawValue) else {
            throw problem("The step \(invocation.stepID) has a name that tests cannot use.")
        }
        guard let caller = try await caller(of: invocation.jobID) else { return StepAddress([part]) }
        return caller.appending(part)
    }

    /// The step that made a job; nil for the job that is tested.
    private func caller(of id: JobID) async throws(TestProblem) -> StepAddress? {
        if let known = state.withLock({ $0.callers[id] }) { return known }
        let parent: JobParent?
        do throws(StoreError) { parent = try await store.job(id)?.parent } catch { throw problem(error.message) }
        var address: StepAddress?
        if let parent, let part = StepAddress.Part(parsing: parent.stepID.rawValue) {
            address = try await caller(of: parent.jobID)?.appending(part) ?? StepAddress([part])
        }
        let found = address
        state.withLock { $0.callers[id] = .some(found) }
        return found
    }

    private func definition(at address: StepAddress) throws(TestProblem) -> (WorkflowStep, Tool) {
        var workflow = test.workflow.workflow
        for part in address.parts {
            guard let step = workflow.allSteps.first(where: { $0.id.rawValue == part.step }) else { break }
            switch step.work {
            case .tool(let reference):
                if let tool = test.workflow.tools[reference.id] { return (step, tool) }
            case .workflow(let id):
                if let called = test.workflow.called[id] { workflow = called }
            }
        }
        throw problem("There is no definition of the step \(address).")
    }

    // MARK: - What it comes to

    private func choose(
        for address: StepAddress,
        _ tool: Tool,
        _ invocation: StepInvocation
    ) throws(TestProblem) -> StubOutcome {
        guard var stub = testCase.stubs.stub(at: address, tool: tool.id) ?? test.toolStubs[tool.id] else {
            throw problem(
                "The step `\(address)` runs the tool `\(tool.id)`, which has no stub; add `stubs: { \(address): { outputs: … } }` "
                    + "to the case, or `stub:` to the tool."
            )
        }
        let item = address.parts.last?.item
        if let items = stub.items {
            guard let item, items.indices.contains(item) else {
                throw problem("The stub has \(items.count) items, but `\(address)` is called.", at: stub.pointer)
            }
            stub = items[item]
        }
        var values = Dictionary(invocation.parameters.map { ($0.name, $0.value) }) { first, _ in first }
        for (name, value) in [("attempt", Int64(invocation.attemptNumber)), ("item_index", item.map { Int64($0) })] {
            if values[name] == nil { values[name] = value.map { .integer($0) } }
        }
        let used = state.withLock { $0.uses[address] } ?? Array(repeating: 0, count: stub.outcomes.count)
        for (index, outcome) in stub.outcomes.enumerated() {
            if let times = outcome.times, used[index] >= times { continue }
            do throws(RuleError) {
                if let condition = outcome.condition, try !condition.value(in: values).isTruthy { continue }
            } catch {
                throw problem("`when` of a stub of `\(address)`: \(error.message).", at: outcome.pointer)
            }
            state.withLock { state in
                state.uses[address, default: used][index] += 1
            }
            return outcome
        }
        let call = used.reduce(1, +)
        throw problem("No outcome of the stub is for call \(call) of `\(address)`.", at: stub.pointer)
    }

    private func answer(
        _ chosen: StubOutcome,
        _ step: WorkflowStep,
        _ tool: Tool,
        _ invocation: StepInvocation
    ) throws(TestProblem) -> StepOutcome {
        let wall = invocation.limits.wall
        if let duration = chosen.duration {
            let isTooLong = duration.milliseconds > wall.milliseconds
            time.pass(isTooLong ? wall : duration)
            if isTooLong { return StubFailure(cause: .limit(.timedOut)).outcome(of: invocation) }
        }
        switch chosen.result {
        case .fails(let failure): return failure.outcome(of: invocation)
        case .cancels:
            jobStop.stop()
            let failure = StepFailure(.cancelled, "was cancelled.")
            return StepOutcome(ending: AttemptEnding(reason: .cancelled), failure: failure)
        case .succeeds(let given, let exitCode):
            var outputs: [String: OutputValue] = [:]
            for output in tool.outputs {
                guard let value = given[output.name] else {
                    outputs[output.name] = try missing(output, step, tool, exitCode, at: chosen.pointer)
                    continue
                }
                outputs[output.name] = try self.value(value, of: output)
            }
            return StepOutcome(ending: AttemptEnding(reason: .exited, exitCode: exitCode), outputs: outputs)
        }
    }

    /// What an output is that the stub leaves out.
    private func missing(
        _ output: Output,
        _ step: WorkflowStep,
        _ tool: Tool,
        _ exitCode: Int32,
        at pointer: JSONPointer
    ) throws(TestProblem) -> OutputValue {
        if case .exitCode = output.source { return .value(.integer(Int64(exitCode))) }
        if !output.isOptional, step.outputMappings.contains(where: { $0.output == output.name }) {
            throw problem(
                "The tool `\(tool.id)` always makes `\(output.name)`, which the step `\(step.id)` uses, and its stub does not "
                    + "give it.",
                at: pointer
            )
        }
        return .missing
    }

    private func value(_ value: StubValue, of output: Output) throws(TestProblem) -> OutputValue {
        switch value {
        case .json(let json): return .value(json)
        case .file(let file): return .file(try files.collect(file, allowed: output.schema.mimeTypes))
        case .files(let list):
            var collected: [CollectedFile] = []
            let allowed = output.schema.items?.value.mimeTypes ?? []
            for file in list { collected.append(try files.collect(file, allowed: allowed)) }
            return .files(collected)
        }
    }
}
