internal import LockstepDefinitions
package import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Drives jobs to their end, one step after the other.
package struct JobRunner: Sendable {
    let context: EngineContext
    /// Nil means this machine, looked up when the first job starts.
    private let executor: (any StepExecutor)?

    init(_ context: EngineContext, executor: (any StepExecutor)?) {
        self.context = context
        self.executor = executor
    }

    /// Runs a job that is ready to its end.
    ///
    /// - Parameters:
    ///   - stop: Cancels the job: the running step is stopped, and the job is recorded as cancelled.
    ///   - onUpdate: Called in order, from this task.
    /// - Returns: The settled job; a failed job is a result, not an error.
    /// - Throws: `INVALID_TRANSITION` for a job that is not ready, `VALIDATION_ERROR` for one whose inputs are not
    ///   complete, and what keeps the runner from recording anything (`STORAGE_FULL`, `STORAGE_ERROR`).
    package func run(
        _ id: JobID,
        as actor: Actor,
        sandbox: SandboxLevel = .full,
        stop: StopSignal = StopSignal(),
        onUpdate: @escaping @Sendable (JobUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Job {
        let service = JobService(context)
        let job = try await service.getJob(id, as: actor)
        guard job.state != .draft else {
            let fields = job.inputErrors.map { FieldError(field: $0.name, message: $0.value.stringValue ?? "") }
            throw JobError(
                .validationError,
                "\(id) is a draft: its inputs are not complete. Set them before it is started.",
                fields: fields
            )
        }
        try job.state.requireTransition(to: .running, of: id)
        var run = try await JobRun(
            job: job,
            actor: actor,
            sandbox: sandbox,
            context: context,
            executor: try resolvedExecutor(),
            stop: stop,
            onUpdate: onUpdate
        )
        let watch = cancelWatch(of: id, stop: stop)
        defer { watch.cancel() }
        return try await run.drive()
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

    /// Looks twice a second whether another process wants the job to stop.
    ///
    /// The task is cancelled when the run returns; nobody awaits it, because it only reads.
    private func cancelWatch(of id: JobID, stop: StopSignal) -> Task<Void, Never> {
        Task { [store = context.store] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(500))
                if Task.isCancelled { return }
                if (try? await store.cancelRequest(of: id)) != nil {
                    stop.stop()
                    return
                }
            }
        }
    }
}
