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
    /// Of the jobs that are driven with the same executor; nil when it is one job.
    private var memory: RunnerMemory?

    init(_ context: EngineContext, executor: (any StepExecutor)?) {
        self.context = context
        self.executor = executor
    }

    /// Runs a job that is ready to its end, or goes on with one that is paused or resumed.
    ///
    /// - Parameters:
    ///   - stepLimit: How many steps to run; the job is then paused, unless it was the last.
    ///   - retries: Whether a job that has failed is gone on with at the step that failed.
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
        retries: Bool = true,
        stop: StopSignal = StopSignal(),
        onUpdate: @escaping @Sendable (JobUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Job {
        let operation: JobOperation = stepLimit == nil ? .startJob : .executeStep
        let found = try await JobService(context, executor: executor).job(id, for: operation, as: actor)
        let ownership = try await own(id, tries: found.isDriven ? 5 : 100)
        defer { ownership.release() }
        // Whoever starts a runner sets right what others have left behind; its own job matters more, so it never fails by it.
        if executor == nil { _ = try? await recoverAbandoned() }
        return try await drive(
            id,
            operation,
            as: actor,
            sandbox: sandbox,
            stepLimit: stepLimit,
            retries: retries,
            stop: stop,
            ownership: ownership,
            keepsPause: false,
            onUpdate: onUpdate
        )
    }

    /// Runs a job that was just made and that most likely nobody else has touched; it is not read for it.
    ///
    /// - Parameters:
    ///   - job: As it was made; read anew when it has changed since.
    ///   - onEnding: Called when nothing is left but to record how it ended.
    /// - Returns: As ``run(_:as:sandbox:stepLimit:retries:stop:onUpdate:)``.
    /// - Throws: Likewise; `INVALID_TRANSITION` also when somebody else was faster.
    func runNew(
        _ job: Job,
        as actor: Actor,
        sandbox: SandboxLevel,
        stop: StopSignal,
        onEnding: @escaping @Sendable () -> Void,
        onUpdate: @escaping @Sendable (JobUpdate) -> Void
    ) async throws(JobError) -> Job {
        let ownership = try await own(job.id, tries: 1)
        defer { ownership.release() }
        return try await drive(
            job.id,
            .startJob,
            made: job,
            as: actor,
            sandbox: sandbox,
            stepLimit: nil,
            retries: false,
            stop: stop,
            ownership: ownership,
            keepsPause: false,
            onEnding: onEnding,
            onUpdate: onUpdate
        )
    }

    /// Takes over a job whose runner has died, and drives it on from where it is.
    ///
    /// - Returns: The settled job, or the paused one: a job that was paused stays so.
    /// - Throws: `INVALID_TRANSITION` when there is nothing to recover: a runner is at work on it, or none ever was.
    package func recover(
        _ id: JobID,
        as actor: Actor,
        sandbox: SandboxLevel = .full,
        stop: StopSignal = StopSignal(),
        onUpdate: @escaping @Sendable (JobUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Job {
        let service = JobService(context, executor: executor)
        let found = try await service.job(id, for: .startJob, as: actor)
        let ownership = try await own(id, tries: found.isDriven ? 5 : 100)
        defer { ownership.release() }
        let job = try await service.job(id, for: .startJob, as: actor)
        guard job.isDriven else {
            throw JobError(.invalidTransition, "\(id) is \(job.state.rawValue) and has lost no runner.")
        }
        return try await drive(
            id,
            .startJob,
            as: actor,
            sandbox: sandbox,
            stepLimit: nil,
            retries: true,
            stop: stop,
            ownership: ownership,
            keepsPause: true,
            onUpdate: onUpdate
        )
    }

    /// Takes the lock that says who drives a job.
    ///
    /// - Parameter tries: How often, 20 milliseconds apart. A runner that has recorded the end gives it back a moment later; a
    ///   process that is just being started may hold a copy until it runs its own program.
    /// - Throws: `INVALID_TRANSITION` when another runner holds it.
    private func own(_ id: JobID, tries: Int) async throws(JobError) -> OwnerLock {
        do { try AttemptPlace.prepare(for: id, in: context.project) } catch { throw JobError(error) }
        for number in 1...tries {
            do throws(ExecutionError) {
                if let lock = try OwnerLock.take(AttemptPlace.lock(of: id, in: context.project)) { return lock }
            } catch {
                throw JobError(error)
            }
            if number < tries { try? await Task.sleep(for: .milliseconds(20)) }
        }
        throw JobError(.invalidTransition, "\(id) cannot be started: a runner is at work on it already.")
    }

    private func drive(
        _ id: JobID,
        _ operation: JobOperation,
        made: Job? = nil,
        as actor: Actor,
        sandbox: SandboxLevel,
        stepLimit: Int?,
        retries: Bool,
        stop: StopSignal,
        ownership: OwnerLock,
        keepsPause: Bool,
        onEnding: (@Sendable () -> Void)? = nil,
        onUpdate: @escaping @Sendable (JobUpdate) -> Void
    ) async throws(JobError) -> Job {
        let service = JobService(context, executor: executor)
        var triesLeft = 3
        var made = made
        while true {
            triesLeft -= 1
            let job: Job
            if let known = made.take() {
                job = known
            } else {
                job = try await service.startableJob(id, for: operation, retries: retries, as: actor)
            }
            let watch = RunWatch()
            let pinned = try await definitions(of: job)
            var run = try await JobRun(
                job: job,
                pinned: pinned,
                memory: memory,
                actor: actor,
                sandbox: sandbox,
                context: context,
                executor: try resolvedExecutor(),
                stop: stop,
                watch: watch,
                stepLimit: stepLimit,
                ownership: ownership,
                keepsPause: keepsPause,
                onUpdate: onUpdate
            )
            run.onEnding = onEnding
            try await run.takeSecrets()
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

    /// A runner whose jobs share one executor, and which leaves jobs of dead runners to others.
    func sharing() throws(JobError) -> JobRunner {
        var runner = JobRunner(context, executor: try resolvedExecutor())
        runner.memory = RunnerMemory(context)
        return runner
    }

    /// Removes what the jobs of a shared runner have left that are over.
    func discardLeftovers() async { await memory?.discardLeftovers() }

    private func definitions(of job: Job) async throws(JobError) -> PinnedDefinitions {
        guard let memory else { return try await PinnedDefinitions.load(for: job, from: context) }
        return try await memory.definitions(of: job)
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
