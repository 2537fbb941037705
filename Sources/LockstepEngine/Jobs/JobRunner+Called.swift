internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore

extension JobRunner {
    /// How often it is looked whether a job that another process drives has ended.
    private static let pause = Duration.milliseconds(200)

    /// Drives a job that a step of another one has called, whatever has become of it meanwhile.
    ///
    /// - Parameters:
    ///   - retries: Whether a job that has failed is gone on with at the step that failed.
    ///   - onProgress: Gets how far it is, 0 to 100, and what its steps write.
    /// - Returns: The settled job, or a paused one.
    func runCalled(
        _ id: JobID,
        as actor: Actor,
        sandbox: SandboxLevel,
        retries: Bool,
        stop: StopSignal,
        onProgress: @escaping @Sendable (Int, String?) -> Void
    ) async throws(JobError) -> Job {
        let service = JobService(context, executor: executor)
        var mayRetry = retries
        var hasAsked = false
        var refusals = 0
        let onUpdate: @Sendable (JobUpdate) -> Void = { update in
            if case .live(_, let progress, let whole) = update { onProgress(whole, progress.liveOutput) }
        }
        while true {
            let job = try await service.job(id, for: .startJob, as: actor)
            if job.state.isSettled, !(mayRetry && job.state == .failed) { return job }
            let retriesNow = mayRetry
            mayRetry = false
            do throws(JobError) {
                let left =
                    job.isDriven
                    ? try await recover(id, as: actor, sandbox: sandbox, stop: stop, onUpdate: onUpdate)
                    : try await run(
                        id,
                        as: actor,
                        sandbox: sandbox,
                        retries: retriesNow,
                        stop: stop,
                        onUpdate: onUpdate
                    )
                if left.state.isSettled || left.state == .paused, !left.isDriven { return left }
            } catch {
                // Another runner has it, as when all lost jobs are taken over at once; that may take long, and end well.
                guard error.code == .invalidTransition else { throw error }
                if !service.hasLiveRunner(job) { refusals += 1 }
                guard refusals < 5 else { throw error }
            }
            if stop.request > .none, !hasAsked {
                hasAsked = true
                _ = try await service.cancelJob(id, as: actor)
            }
            try? await Task.sleep(for: Self.pause)
        }
    }
}
