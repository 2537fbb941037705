internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepModel

extension StubFailure {
    /// The outcome of an attempt that ended like this, in the words of a real one.
    func outcome(of invocation: StepInvocation) -> StepOutcome {
        switch cause {
        case .exit(let code):
            let failure =
                message.map { StepFailure(.stepFailed, "\($0) (exit code \(code))", quotesTool: true) }
                ?? StepFailure(.stepFailed, "exited with code \(code) and wrote nothing to standard error.")
            return StepOutcome(ending: AttemptEnding(reason: .exited, exitCode: code), failure: failure)
        case .signal(let signal):
            let said = message.map { "the last lines it wrote to standard error: \($0)" }
            let failure = StepFailure(
                .stepFailed,
                "was ended by signal \(signal); \(said ?? "it wrote nothing to standard error.")"
            )
            return StepOutcome(ending: AttemptEnding(reason: .exited, signal: signal), failure: failure)
        case .limit(.timedOut):
            let failure = StepFailure(.timedOut, "did not end within \(invocation.limits.wall), its wall limit.")
            return StepOutcome(ending: AttemptEnding(reason: .timedOut), failure: failure)
        case .limit(let limit):
            let reason = AttemptEnding.Reason(rawValue: limit.rawValue) ?? .outputLimit
            let failure = StepFailure(.resourceLimit, message ?? "went over a limit: \(limit.rawValue).")
            return StepOutcome(ending: AttemptEnding(reason: reason), failure: failure)
        }
    }
}
