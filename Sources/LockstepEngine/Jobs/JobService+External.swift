package import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// What came of a progress report.
package struct ProgressAnswer: Sendable {
    package let job: Job
    /// Why the report was ignored; nil when it was taken.
    package let warning: String?
}

extension JobService {
    /// Makes a job whose work somebody else does and reports here.
    package func createExternalJob(
        name: String,
        description: String = "",
        details: JobDetails = JobDetails(),
        as actor: Actor
    ) async throws(JobError) -> Job {
        try actor.require(.createExternalJob)
        let now = context.now()
        let tenant = try details.tenant(for: actor)
        var job = Job(
            id: context.identifiers.next(),
            workflowID: nil,
            workflowDigest: nil,
            tenantID: tenant,
            userID: actor.id,
            name: name,
            description: description,
            state: .draft,
            createdAt: now,
            updatedAt: now
        )
        try details.apply(to: &job, name: name, by: actor, at: now)
        if job.scheduledAt != nil { job.state = .scheduled }
        let creation = JobCreation(
            job: job,
            definitions: [],
            assets: [],
            events: [job.note("job.created", by: actor, data: ["external": true], at: now, to: job.state)]
        )
        try await stored { () async throws(StoreError) in try await context.store.insert(creation) }
        return job
    }

    /// Records that the work of an external job has succeeded.
    ///
    /// - Parameter actualCost: Added to what was recorded before; decimal text.
    package func completeJob(
        _ id: JobID,
        result: JSONObject? = nil,
        actualCost: String? = nil,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        let cost = try actualCost.map { (text) throws(JobError) in try Money(cost: text, field: "actual_cost") }
        return try await change(id, .completeJob, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            try found.job.requireExternal("that it is complete")
            return try found.job.changed(to: .completed, "job.succeeded", by: actor, at: now) { job in
                job.outputData = result ?? job.outputData
                if let cost { job.actualCost = (job.actualCost ?? .zero) + cost }
            }
        }
    }

    /// Records that the work of an external job has failed.
    ///
    /// - Parameter errorCode: Any code of whoever did the work.
    package func failJob(
        _ id: JobID,
        errorMessage: String,
        errorCode: String? = nil,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await change(id, .failJob, expectedVersion: expectedVersion, as: actor) { (found, now) throws(JobError) in
            try found.job.requireExternal("that it has failed")
            return try found.job.changed(to: .failed, "job.failed", by: actor, reason: errorMessage, at: now) { job in
                job.errorMessage = errorMessage
                job.errorCode = errorCode ?? JobErrorCode.stepFailed.rawValue
            }
        }
    }

    /// Records that the work of an external job was done in part (seed 003: progress 100, with a message).
    package func markPartial(
        _ id: JobID,
        result: JSONObject? = nil,
        errorMessage: String,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await change(id, .markPartial, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            try found.job.requireExternal("that it is complete in part")
            return try found.job.changed(to: .partial, "job.succeeded", by: actor, reason: errorMessage, at: now) {
                $0.errorMessage = errorMessage
                $0.outputData = result ?? $0.outputData
            }
        }
    }

    /// Notes how far an external job is; ignored with a warning when it is not running or was further already.
    ///
    /// - Throws: `VALIDATION_ERROR` for a number outside 0 to 100.
    package func updateProgress(
        _ id: JobID,
        to progress: Int,
        liveOutput: String? = nil,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> ProgressAnswer {
        guard (0...100).contains(progress) else {
            throw JobError(
                .validationError,
                "The progress of \(id) was not changed.",
                fields: [FieldError(field: "progress", message: "\(progress) is not between 0 and 100")]
            )
        }
        let job = try await change(id, .updateProgress, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            guard Self.warning(about: progress, of: found.job) == nil else { return nil }
            var job = found.job
            job.progress = progress
            job.liveOutput = liveOutput ?? job.liveOutput
            return JobRevision(
                job,
                events: [job.note("job.progress", by: actor, data: ["progress": .integer(Int64(progress))], at: now)]
            )
        }
        return ProgressAnswer(job: job, warning: Self.warning(about: progress, of: job))
    }

    private static func warning(about progress: Int, of job: Job) -> String? {
        if !job.isExternal {
            return "The progress report was ignored: the progress of \(job.id) follows from its steps."
        }
        if job.state != .running {
            return "The progress report was ignored: \(job.id) is \(job.state.rawValue), not running."
        }
        if progress < job.progress {
            return "The progress report was ignored: \(job.id) is at \(job.progress) already and does not go back."
        }
        return nil
    }

    /// Ends running jobs of nobody's runner that have gone on longer than their `timeout_seconds`.
    ///
    /// - Returns: Those that were ended.
    package func failOverdueJobs(as actor: Actor) async throws(JobError) -> [Job] {
        try actor.require(.failOverdueJob)
        let now = context.now()
        let ids = try await stored { () async throws(StoreError) in try await context.store.overdueJobs(at: now) }
        var ended: [Job] = []
        for id in ids {
            do throws(JobError) {
                ended.append(
                    try await change(id, .failOverdueJob, as: actor) { (found, now) throws(JobError) in
                        guard let deadline = found.job.deadline, deadline <= now, !found.job.isDriven else {
                            throw JobError(.invalidTransition, "\(id) is not overdue.")
                        }
                        return try found.job.changed(to: .failed, "job.failed", by: actor, at: now) { job in
                            job.errorMessage =
                                "The job did not end within its timeout_seconds (\(job.timeoutSeconds ?? 0))."
                            job.errorCode = JobErrorCode.timedOut.rawValue
                        }
                    }
                )
            } catch {
                guard [.invalidTransition, .permissionDenied, .jobNotFound].contains(error.code) else { throw error }
            }
        }
        return ended
    }
}
