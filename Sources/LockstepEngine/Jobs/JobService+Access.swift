internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

extension JobService {
    /// Reads a job for an operation.
    ///
    /// - Throws: `PERMISSION_DENIED` without the operation's scope, before anything is looked up, and for a job of another
    ///   tenant; `JOB_NOT_FOUND`.
    func job(_ id: JobID, for operation: JobOperation, as actor: Actor) async throws(JobError) -> Job {
        try actor.require(operation)
        let found = try await stored { () async throws(StoreError) in try await context.store.job(id) }
        return try visible(found, id, to: actor)
    }

    func visible(_ job: Job?, _ id: JobID, to actor: Actor) throws(JobError) -> Job {
        guard let job else {
            throw JobError(.jobNotFound, "There is no job \(id). `lockstep jobs list` shows those there are.")
        }
        guard actor.reaches(tenant: job.tenantID) else {
            throw JobError(.permissionDenied, "\(id) belongs to another tenant.")
        }
        if let owner = context.ownerOnly(actor, in: job.tenantID), job.userID != owner, job.assignedAgent != owner {
            throw JobError(
                .permissionDenied,
                "\(id) belongs to another user, and jobs of the tenant \(job.tenantID) are private."
            )
        }
        return job
    }

    /// Changes a job in one transaction with its event.
    ///
    /// - Parameters:
    ///   - expectedVersion: The version that the caller has seen; nil when any will do.
    ///   - decide: What the job is to become; nil leaves it as it is.
    /// - Throws: `CONCURRENCY_ERROR` when the job has another version; what `decide` throws. Nothing is changed then.
    func change(
        _ id: JobID,
        _ operation: JobOperation,
        expectedVersion: Int64? = nil,
        as actor: Actor,
        _ decide: @escaping @Sendable (JobSituation, Instant) throws(JobError) -> JobRevision?
    ) async throws(JobError) -> Job {
        try actor.require(operation)
        let now = context.now()
        let result = try await stored { () async throws(StoreError) in
            try await context.store.revise(id) { (found) throws(JobError) in
                let job = try visible(found?.job, id, to: actor)
                try job.require(version: expectedVersion)
                guard let found, var revision = try decide(found, now) else { return nil }
                revision.job.updatedAt = now
                return revision
            }
        }
        return try visible(try result.get(), id, to: actor)
    }
}

extension Job {
    /// The job in another state, with the event that says so.
    ///
    /// - Throws: `INVALID_TRANSITION`.
    func changed(
        to target: JobState,
        _ type: String = "job.status_changed",
        by actor: Actor,
        reason: String? = nil,
        data: JSONValue = [:],
        at now: Instant,
        with adjust: (inout Job) -> Void = { _ in }
    ) throws(JobError) -> JobRevision {
        try state.requireTransition(to: target, of: id)
        return forced(to: target, type, by: actor, reason: reason, data: data, at: now, with: adjust)
    }

    /// The job in another state whatever the table says; times and messages are made to fit the state.
    func forced(
        to target: JobState,
        _ type: String,
        by actor: Actor,
        reason: String?,
        data: JSONValue = [:],
        at now: Instant,
        with adjust: (inout Job) -> Void = { _ in }
    ) -> JobRevision {
        var job = self
        job.state = target
        job.completedAt = target.isSettled ? now : nil
        if target.status == .running || target.status == .completed { job.startedAt = startedAt ?? now }
        if target == .completed || target == .partial { job.progress = 100 }
        switch target {
        case .failed, .cancelled, .partial: job.errorMessage = job.errorMessage ?? reason ?? "no reason was given"
        default: (job.errorMessage, job.errorCode) = (nil, nil)
        }
        if target.status != .running { job.isDriven = false }
        adjust(&job)
        return JobRevision(
            job,
            events: [
                note(type, by: actor, reason: reason, data: data, at: now, from: state, to: target)
            ]
        )
    }

    /// A row of the log about this job.
    func note(
        _ type: String,
        by actor: Actor,
        reason: String? = nil,
        data: JSONValue = [:],
        at now: Instant,
        from: JobState? = nil,
        to: JobState? = nil
    ) -> Event {
        Event(
            jobID: id,
            tenantID: tenantID,
            fromState: from,
            toState: to,
            type: type,
            actor: actor.id,
            reason: reason,
            data: data,
            at: now
        )
    }

    var inputsAreComplete: Bool {
        inputErrors.isEmpty && inputVariables.allSatisfy { !$0.isRequired || inputValues[$0.id] != nil }
    }

    /// - Throws: `CONCURRENCY_ERROR` when the job has another version than the one that the caller has seen.
    package func require(version expected: Int64?) throws(JobError) {
        guard let expected, expected != version else { return }
        throw JobError(
            .concurrencyError,
            "\(id) has the version \(version), not \(expected): somebody has changed it. "
                + "Look at it again and repeat what you want to do."
        )
    }

    /// - Throws: `INVALID_TRANSITION` for a job whose work is done by its steps.
    func requireExternal(_ what: String) throws(JobError) {
        guard isExternal else {
            throw JobError(
                .invalidTransition,
                "\(id) runs the steps of a workflow, which say by themselves how it goes on; only a job without workflow "
                    + "can be told \(what)."
            )
        }
    }
}

extension JobStep {
    /// The step as before its first attempt.
    var anew: JobStep {
        var step = self
        step.status = .pending
        step.progress = nil
        step.startedAt = nil
        step.completedAt = nil
        step.outputData = nil
        step.errorMessage = nil
        step.errorCode = nil
        step.waiting = nil
        step.reusedFrom = nil
        return step
    }

    /// The step without what an earlier run has left for it: its items' count and the job that it called.
    var forgotten: JobStep {
        var step = self
        step.items = nil
        step.childJobID = nil
        return step
    }
}
