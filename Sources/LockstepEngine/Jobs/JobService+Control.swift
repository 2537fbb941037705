package import LockstepModel
internal import LockstepStore

extension JobService {
    /// What a cancelled job says, in seed 002's words.
    static let cancelledMessage = "Job cancelled by user"

    /// Stops a job: one that has not started at once, a running one through its runner, which sees it within a second.
    ///
    /// - Throws: `INVALID_TRANSITION` when the job has ended already.
    package func cancelJob(_ id: JobID, reason: String? = nil, as actor: Actor) async throws(JobError) -> Job {
        var job = try await getJob(id, as: actor)
        try job.state.requireTransition(to: .cancelled, of: id)
        let now = context.now()
        if job.status == .running {
            try await stored { () async throws(StoreError) in
                try await context.store.requestCancel(id, reason: reason, at: now)
            }
            return job
        }
        var change = JobChange(id)
        change.events = [
            Event(
                jobID: id,
                tenantID: job.tenantID,
                fromState: job.state,
                toState: .cancelled,
                type: "job.cancelled",
                actor: actor.id,
                reason: reason,
                at: now
            )
        ]
        job.state = .cancelled
        job.errorMessage = Self.cancelledMessage
        job.errorCode = JobErrorCode.cancelled.rawValue
        job.completedAt = now
        job.updatedAt = now
        job.version += 1
        change.job = job
        let changes = change
        try await stored { () async throws(StoreError) in try await context.store.apply(changes) }
        return job
    }
}
