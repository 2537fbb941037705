internal import Dispatch
internal import Glibc

/// What became of an attempt that an earlier runner had started.
package struct AdoptedAttempt: Sendable {
    package var outcome: StepOutcome
    /// Whether it still ran when it was looked at; its result was there already, or never will be, when not.
    package var wasAlive: Bool

    package init(_ outcome: StepOutcome, wasAlive: Bool) {
        self.outcome = outcome
        self.wasAlive = wasAlive
    }
}

extension LocalStepExecutor {
    /// Waits for the end of an attempt whose runner has died, and takes its result as if it had been run here.
    ///
    /// - Parameters:
    ///   - invocation: As the attempt was started with.
    ///   - stop: Ends it early; the supervisor gets the signal only when it is proved to be the attempt's own.
    ///   - onProgress: As while running it.
    /// - Returns: The outcome; a lost one when there is no trustworthy record, and nothing of the attempt lives then.
    package func adopt(
        _ invocation: StepInvocation,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async throws(ExecutionError) -> AdoptedAttempt {
        let layout = AttemptLayout(folder: invocation.attemptFolder)
        let claim: AttemptClaim
        do throws(AttemptClaim.Absent) {
            claim = try AttemptClaim(layout)
        } catch {
            if error.code == ENOSPC || error.code == EDQUOT { throw .storage("make \(layout.lock)", code: error.code) }
            AttemptClaim.removeOrder(layout)
            return AdoptedAttempt(.lost("was lost: the runner died, and \(error.reason)."), wasAlive: false)
        }
        let wasAlive = !claim.take()
        let screen = SecretScreen(invocation)
        if wasAlive {
            let pattern = invocation.progressPattern
            let reader = ProgressReader(layout: layout, pattern: pattern, screen: screen.ofAdopted)
            guard await AbandonedAttempt.wait(for: claim, layout, reader, stop: stop, onProgress: onProgress) else {
                let reason = "was lost: a process holds its lock that is not its supervisor."
                return AdoptedAttempt(.lost(reason), wasAlive: false)
            }
        }
        let attempt = AttemptFolder(layout: layout)
        var outcome = try await finish(invocation, attempt: attempt, stop: StopSignal(), screen: screen)
        report(of: layout, in: &outcome, screen: screen)
        withExtendedLifetime(claim) {}
        return AdoptedAttempt(outcome, wasAlive: wasAlive)
    }
}
