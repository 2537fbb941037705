import LockstepEngine
import LockstepExecution

/// Runs steps for real, and tells a test before each of them.
struct WatchedExecutor: StepExecutor {
    private let inner: LocalStepExecutor
    private let beforeStep: @Sendable (StepInvocation) async -> Void

    init(_ inner: LocalStepExecutor, beforeStep: @escaping @Sendable (StepInvocation) async -> Void) {
        self.inner = inner
        self.beforeStep = beforeStep
    }

    /// The executor that a workspace would use by itself.
    static func local(of workspace: Workspace) throws -> LocalStepExecutor {
        LocalStepExecutor(
            supervisor: try SupervisorLocation.besideExecutable(),
            blobs: workspace.blobs,
            mediaTypes: LazyMediaTypes()
        )
    }

    func run(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> StepOutcome {
        await beforeStep(invocation)
        return try await inner.run(invocation, stop: stop, onProgress: onProgress)
    }

    func adopt(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> AdoptedAttempt {
        try await inner.adopt(invocation, stop: stop, onProgress: onProgress)
    }
}
