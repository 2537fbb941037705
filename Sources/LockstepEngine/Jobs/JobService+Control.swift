internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

extension JobService {
    /// What a cancelled job says, in seed 002's words.
    static let cancelledMessage = "Job cancelled by user"

    /// Stops a job: at once when no runner holds it, else through its runner, which sees it within a second; in place of a
    /// runner that has died.
    ///
    /// A cancellation that was accepted wins over whatever the runner would have recorded later.
    ///
    /// - Throws: `INVALID_TRANSITION` when the job has ended already.
    package func cancelJob(
        _ id: JobID,
        reason: String? = nil,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        let asked = try await change(id, .cancelJob, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            try Self.cancellation(of: found.job, reason: reason, by: actor, at: now)
        }
        guard asked.isDriven, !hasLiveRunner(asked) else { return asked }
        // Nobody is there who could obey: this process takes the job over, stops its step and settles it.
        do throws(JobError) {
            return try await JobRunner(context, executor: executor).recover(id, as: actor)
        } catch {
            guard error.code == .invalidTransition else { throw error }
            // Another runner was quicker, and obeys.
            return try await self.job(id, for: .cancelJob, as: actor)
        }
    }

    /// What a job becomes that is cancelled: a runner that holds it is asked to stop; nil when it was asked before.
    static func cancellation(
        of job: Job,
        reason: String?,
        by actor: Actor,
        at now: Instant
    ) throws(JobError) -> JobRevision? {
        try job.state.requireTransition(to: .cancelled, of: job.id)
        guard !job.isDriven else {
            guard job.cancelRequestedAt == nil else { return nil }
            var asked = job
            asked.cancelRequestedAt = now
            asked.cancelReason = reason
            return JobRevision(
                asked,
                events: [job.note("job.cancel_requested", by: actor, reason: reason, at: now)]
            )
        }
        return try job.changed(to: .cancelled, "job.cancelled", by: actor, reason: reason, at: now) { job in
            job.errorMessage = cancelledMessage
            job.errorCode = JobErrorCode.cancelled.rawValue
        }
    }

    /// Puts a job into any state past every guard, for an administrator; a runner that holds it loses it.
    ///
    /// - Parameter targetState: One of the states of ``JobState``, as a person writes it.
    /// - Throws: `VALIDATION_ERROR` for a state that does not exist or without a reason.
    package func cancelJob(
        _ id: JobID,
        targetState: String,
        reason: String,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try actor.require(.overrideState)
        var problems: [FieldError] = []
        let target = JobState(rawValue: targetState)
        if target == nil {
            let states = JobState.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(
                FieldError(field: "target_state", message: "\"\(targetState)\" is no state; there are \(states)")
            )
        }
        if reason.allSatisfy(\.isWhitespace) {
            problems.append(FieldError(field: "reason", message: "is required: say why the job is overridden"))
        }
        guard let target, problems.isEmpty else {
            throw JobError(.validationError, "The state of \(id) was not changed.", fields: problems)
        }
        let attempts = try await runningAttempts(of: id)
        let job = try await change(id, .overrideState, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            var revision = found.job.forced(
                to: target,
                "__admin_cancel__",
                by: actor,
                reason: reason,
                data: ["target_state": .string(target.rawValue)],
                at: now
            ) { job in
                job.isDriven = false
                job.cancelRequestedAt = nil
                job.cancelReason = nil
                for index in job.steps.indices where job.steps[index].status == .running {
                    job.steps[index].status = .failed
                    job.steps[index].completedAt = now
                    job.steps[index].errorMessage = reason
                    job.steps[index].errorCode = JobErrorCode.cancelled.rawValue
                    job.steps[index].waiting = nil
                }
            }
            revision.steps = revision.job.steps
            revision.losesLiveAttempts = reason
            return revision
        }
        // A live runner sees that it has lost the job and stops its step; of a dead one the step may live on.
        guard !OwnerLock.isHeld(AttemptPlace.lock(of: id, in: context.project)) else { return job }
        for folder in attempts { await AbandonedAttempt.end(in: folder) }
        return job
    }

    /// Absolute paths of the folders of a job's attempts that have not ended.
    private func runningAttempts(of id: JobID) async throws(JobError) -> [String] {
        let attempts = try await stored { () async throws(StoreError) in try await context.store.attempts(of: id) }
        return attempts.filter { $0.state == .running }.map { "\(context.project.stateFolder)/\($0.folder)" }
    }
}
