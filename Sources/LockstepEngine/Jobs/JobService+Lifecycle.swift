package import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

extension JobService {
    /// Starts a job: one of a workflow runs to its end, an external one becomes running.
    ///
    /// - Throws: `INVALID_TRANSITION`, `VALIDATION_ERROR` while its inputs are not complete, `DEPENDENCY_ERROR`.
    package func startJob(
        _ id: JobID,
        expectedVersion: Int64? = nil,
        sandbox: SandboxLevel = .full,
        stop: StopSignal = StopSignal(),
        as actor: Actor,
        onUpdate: @escaping @Sendable (JobUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Job {
        let found = try await job(id, for: .startJob, as: actor)
        guard !found.isExternal else {
            return try await change(id, .startJob, expectedVersion: expectedVersion, as: actor) {
                (found, now) throws(JobError) in
                try Self.requireDependencies(of: found)
                return try found.job.changed(to: .running, "job.started", by: actor, at: now) { job in
                    // A job that has failed and is started again begins a new run.
                    if found.job.state.isSettled { job.progress = 0 }
                    job.startedAt = now
                    job.runNumber += 1
                }
            }
        }
        try found.require(version: expectedVersion)
        return try await JobRunner(context, executor: executor)
            .run(id, as: actor, sandbox: sandbox, stop: stop, onUpdate: onUpdate)
    }

    /// Runs the next step that has not completed, and no other; the job is paused then, or settled after its last step.
    package func executeStep(
        _ id: JobID,
        expectedVersion: Int64? = nil,
        sandbox: SandboxLevel = .full,
        stop: StopSignal = StopSignal(),
        as actor: Actor,
        onUpdate: @escaping @Sendable (JobUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Job {
        try await job(id, for: .executeStep, as: actor).require(version: expectedVersion)
        return try await JobRunner(context, executor: executor)
            .run(id, as: actor, sandbox: sandbox, stepLimit: 1, stop: stop, onUpdate: onUpdate)
    }

    /// Keeps a running job from starting another step; the live one may end.
    package func pauseJob(
        _ id: JobID,
        expectedVersion: Int64? = nil,
        reason: String? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await change(id, .pauseJob, expectedVersion: expectedVersion, as: actor) { (found, now) throws(JobError) in
            try found.job.changed(to: .paused, by: actor, reason: reason, at: now)
        }
    }

    /// Lets a paused job go on: a runner that still holds it does so, else whoever calls ``startJob`` next.
    package func resumeJob(
        _ id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await change(id, .resumeJob, expectedVersion: expectedVersion, as: actor) { (found, now) throws(JobError) in
            guard found.job.state == .paused else {
                throw JobError(.invalidTransition, "\(id) is \(found.job.state.rawValue), not paused.")
            }
            return try found.job.changed(to: .running, by: actor, at: now)
        }
    }

    /// Makes a job ready that has failed: steps that succeeded stay, the failed one gets a new attempt.
    ///
    /// Checkpoint and execution context stay for whoever goes on.
    package func retryJob(
        _ id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        let workflow = try await pinnedWorkflow(of: try await job(id, for: .retryJob, as: actor))
        return try await change(id, .retryJob, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            guard found.job.state == .failed || found.job.state == .partial else {
                throw JobError(
                    .invalidTransition,
                    "\(id) is \(found.job.state.rawValue); only a job that has failed can be retried."
                )
            }
            let plan = RetryPlan(of: found.job, workflow)
            var revision = try found.job.changed(to: .queued, by: actor, reason: "retry", at: now) { job in
                job.cancelRequestedAt = nil
                job.cancelReason = nil
                job.ending = nil
                for index in plan.unfinished { job.steps[index] = job.steps[index].anew }
                for index in plan.changed { job.steps[index] = job.steps[index].anew.forgotten }
                let done = job.steps.count { $0.status == .completed }
                job.progress = job.steps.isEmpty ? 0 : min(99, done * 100 / job.steps.count)
            }
            revision.steps = revision.job.steps
            revision.forgottenSteps = plan.unfinished.union(plan.changed).sorted().map { found.job.steps[$0].id }
            revision.renewedItems = revision.job.steps.indices.compactMap { index in
                guard revision.job.steps[index].status == .pending,
                    revision.job.steps[index].items != nil
                        || plan.changed.contains(index)
                else { return nil }
                return ItemRenewal(step: index, isWhole: plan.changed.contains(index))
            }
            return revision
        }
    }

    /// Nil for an external job, or when the definition cannot be read.
    private func pinnedWorkflow(of job: Job) async throws(JobError) -> Workflow? {
        job.isExternal ? nil : try? await PinnedDefinitions.load(for: job, from: context).workflow
    }

    /// Takes a settled job back to its beginning as a new run; old attempts, assets and events stay.
    package func resetJob(
        _ id: JobID,
        reason: String? = nil,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        let job = try await change(id, .resetJob, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            guard found.job.state.isSettled else {
                throw JobError(
                    .invalidTransition,
                    "\(id) is \(found.job.state.rawValue); only a job that has ended can be reset. Cancel it first."
                )
            }
            let target: JobState = found.job.isExternal || !found.job.inputsAreComplete ? .draft : .queued
            var revision = found.job.forced(to: target, "__reset__", by: actor, reason: reason, at: now) { job in
                job.progress = 0
                job.startedAt = nil
                job.scheduledAt = nil
                job.enqueuedAt = nil
                job.liveOutput = nil
                job.outputData = nil
                job.checkpointData = nil
                job.executionContext = nil
                job.cancelRequestedAt = nil
                job.cancelReason = nil
                job.ending = nil
                job.steps = job.steps.map(\.anew.forgotten)
            }
            revision.steps = revision.job.steps
            revision.renewedItems = found.job.steps.indices.filter { found.job.steps[$0].items != nil }
                .map { ItemRenewal(step: $0, isWhole: true) }
            revision.forgetsStepVariables = true
            return revision
        }
        // A new run begins without the checkpoints of the old one.
        await discardWork(of: id)
        return job
    }

    /// Gives a draft a time to start, or a scheduled job another one.
    ///
    /// - Throws: `SCHEDULE_ERROR` for a time that is over, `VALIDATION_ERROR` while the inputs are not complete.
    package func scheduleJob(
        _ id: JobID,
        at time: Instant,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await change(id, .scheduleJob, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            if found.job.state != .scheduled { try found.job.state.requireTransition(to: .scheduled, of: id) }
            guard time > now else {
                throw JobError(.scheduleError, "\(time) is not in the future; give a later time, or start the job.")
            }
            try Self.requireInputs(of: found.job)
            return found.job.forced(
                to: .scheduled,
                "job.scheduled",
                by: actor,
                reason: nil,
                data: ["scheduled_at": time.json],
                at: now
            ) { job in
                job.scheduledAt = time
            }
        }
    }

    /// The job as a run may take it up that holds its lock.
    ///
    /// - Parameter retries: Whether a job that has failed is made ready again.
    func startableJob(
        _ id: JobID,
        for operation: JobOperation,
        retries: Bool,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try actor.require(operation)
        let found = try await stored { () async throws(StoreError) in try await context.store.situation(of: id) }
        let job = try visible(found?.job, id, to: actor)
        guard let found else { return job }
        // Its runner has died, or the caller would not hold the job's lock.
        if job.isDriven { return job }
        if job.state == .draft { try Self.requireInputs(of: job) }
        if job.state == .failed || job.state == .partial {
            guard retries else {
                throw JobError(.invalidTransition, "\(id) has ended already: it is \(job.state.rawValue).")
            }
            try Self.requireDependencies(of: found)
            return try await retryJob(id, expectedVersion: job.version, as: actor)
        }
        if job.state != .running { try job.state.requireTransition(to: .running, of: id) }
        if job.status == .pending { try Self.requireDependencies(of: found) }
        return job
    }

    private static func requireInputs(of job: Job) throws(JobError) {
        guard !job.inputsAreComplete else { return }
        let fields = job.inputErrors.map { FieldError(field: $0.name, message: $0.value.stringValue ?? "") }
        throw JobError(
            .validationError,
            "\(job.id) is a draft: its inputs are not complete. Set them before it is started.",
            fields: fields
        )
    }

    /// - Throws: `DEPENDENCY_ERROR` while a task that the job depends on, or an earlier job of its plan, is not complete.
    private static func requireDependencies(of found: JobSituation) throws(JobError) {
        let tasks = found.unfinishedTasks
        guard tasks.isEmpty else {
            throw JobError(
                .dependencyError,
                "\(found.job.id) depends on \(tasks.joined(separator: ", ")), which \(tasks.count == 1 ? "is" : "are") not "
                    + "complete. Start it when \(tasks.count == 1 ? "it is" : "they are"), or unlink the task."
            )
        }
        let jobs = found.unfinishedPlanJobs
        guard jobs.isEmpty else {
            throw JobError(
                .dependencyError,
                "\(found.job.id) is step \(found.job.planStepIndex ?? 0) of the plan \(found.job.planID ?? ""), and before "
                    + "it \(jobs.map(\.rawValue).joined(separator: ", ")) must complete."
            )
        }
    }
}

extension JobRunner {
    /// Lets a paused job go on, and drives it when no other runner still holds it.
    ///
    /// - Returns: The job at its end, or as it goes on in another runner.
    package func resume(
        _ id: JobID,
        as actor: Actor,
        sandbox: SandboxLevel = .full,
        stop: StopSignal = StopSignal(),
        onUpdate: @escaping @Sendable (JobUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Job {
        let service = JobService(context, executor: executor)
        let job = try await service.resumeJob(id, as: actor)
        guard !service.hasLiveRunner(job), !job.isExternal else { return job }
        return try await run(id, as: actor, sandbox: sandbox, stop: stop, onUpdate: onUpdate)
    }
}
