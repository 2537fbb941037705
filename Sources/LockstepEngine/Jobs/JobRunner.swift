internal import LockstepDefinitions
package import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Drives jobs to their end, one step after the other.
package struct JobRunner: Sendable {
    let context: EngineContext
    /// Nil means this machine, looked up when the first job starts.
    let executor: (any StepExecutor)?

    init(_ context: EngineContext, executor: (any StepExecutor)?) {
        self.context = context
        self.executor = executor
    }

    /// Runs a job that is ready to its end, or goes on with one that is paused or resumed.
    ///
    /// - Parameters:
    ///   - stepLimit: How many steps to run; the job is then paused, unless it was the last.
    ///   - stop: Cancels the job: the running step is stopped, and the job is recorded as cancelled.
    ///   - onUpdate: Called in order, from this task.
    /// - Returns: The settled job; a failed job is a result, not an error. The paused one when somebody paused it. The job
    ///   as somebody else left it when it was taken from this run.
    /// - Throws: `INVALID_TRANSITION` for a job that is not ready, `VALIDATION_ERROR` for one whose inputs are not
    ///   complete, `DEPENDENCY_ERROR`, and what keeps the runner from recording anything (`STORAGE_FULL`,
    ///   `STORAGE_ERROR`).
    package func run(
        _ id: JobID,
        as actor: Actor,
        sandbox: SandboxLevel = .full,
        stepLimit: Int? = nil,
        stop: StopSignal = StopSignal(),
        onUpdate: @escaping @Sendable (JobUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Job {
        let service = JobService(context, executor: executor)
        var triesLeft = 3
        while true {
            triesLeft -= 1
            let job = try await service.startableJob(id, for: stepLimit == nil ? .startJob : .executeStep, as: actor)
            let watch = RunWatch()
            var run = try await JobRun(
                job: job,
                actor: actor,
                sandbox: sandbox,
                context: context,
                executor: try resolvedExecutor(),
                stop: stop,
                watch: watch,
                stepLimit: stepLimit,
                onUpdate: onUpdate
            )
            // Cancelled when the run returns; nobody awaits it, because it only reads.
            let watching = Task { [context] in await watch.run(id, context: context, stop: stop) }
            defer { watching.cancel() }
            do throws(JobError) {
                return try await run.drive()
            } catch {
                guard error.code == .concurrencyError else { throw error }
                if run.hasBegun {
                    let left = try await service.stored { () async throws(StoreError) in
                        try await context.store.job(id)
                    }
                    guard let left else { throw error }
                    onUpdate(.settled(left))
                    return left
                }
                // Somebody changed the job before its start was recorded; look whether it can still start.
                guard triesLeft > 0 else { throw error }
            }
        }
    }

    private func resolvedExecutor() throws(JobError) -> any StepExecutor {
        if let executor { return executor }
        do throws(ExecutionError) {
            return LocalStepExecutor(
                supervisor: try SupervisorLocation.besideExecutable(),
                blobs: context.blobs,
                mediaTypes: context.mediaTypes
            )
        } catch {
            throw JobError(error)
        }
    }
}
