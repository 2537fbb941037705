package import LockstepExecution

/// Runs one attempt of one step somewhere: on this machine, or elsewhere.
package protocol StepExecutor: Sendable {
    /// Runs an attempt to its end.
    ///
    /// - Parameters:
    ///   - stop: Ends the attempt early; it then still returns, with the reason `cancelled`.
    ///   - onProgress: Called now and then, never concurrently.
    /// - Throws: When the step could not be run at all; how a step ended is the outcome.
    func run(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> StepOutcome

    /// Goes on with an attempt that a runner started which has died, or takes its result.
    ///
    /// - Parameter invocation: The same as the attempt was started with.
    /// - Returns: A lost outcome when nothing is known; then nothing of the attempt lives either, and it may be tried again.
    func adopt(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> AdoptedAttempt
}

extension LocalStepExecutor: StepExecutor {}
