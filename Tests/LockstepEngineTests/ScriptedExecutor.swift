import LockstepEngine
import LockstepExecution
import LockstepModel
import Synchronization

/// Answers each step with what a test says, and remembers what it was asked to run.
final class ScriptedExecutor: StepExecutor {
    typealias Answer = @Sendable (StepInvocation, StopSignal) async throws(ExecutionError) -> StepOutcome

    private let answer: Answer
    private let asked = Mutex<[StepInvocation]>([])

    init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    var invocations: [StepInvocation] { asked.withLock { $0 } }

    func run(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> StepOutcome {
        asked.withLock { $0.append(invocation) }
        await onProgress(StepProgress(percent: 50, liveOutput: "half of \(invocation.stepID)"))
        return try await answer(invocation, stop)
    }

    func adopt(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> AdoptedAttempt {
        AdoptedAttempt(.lost("was lost."), wasAlive: false)
    }

    /// The tool ended with 0 and these outputs.
    static func success(_ outputs: [String: OutputValue] = [:]) -> StepOutcome {
        StepOutcome(ending: AttemptEnding(reason: .exited, exitCode: 0), outputs: outputs, lastLine: "last words")
    }

    static func failure(_ message: String) -> StepOutcome {
        StepOutcome(
            ending: AttemptEnding(reason: .exited, exitCode: 3),
            failure: StepFailure(.stepFailed, message, quotesTool: true)
        )
    }
}
