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
}

extension LocalStepExecutor: StepExecutor {}
