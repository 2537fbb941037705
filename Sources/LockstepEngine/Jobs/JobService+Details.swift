internal import Foundation
internal import LockstepDefinitions
internal import LockstepExecution
package import LockstepJSON
package import LockstepModel
internal import LockstepStore

extension JobService {
    /// How large a checkpoint may be, as JSON text.
    package static let checkpointSize = ByteCount.mebibytes(16)

    /// Changes a job's name, description and seed 004's fields.
    ///
    /// - Throws: `VALIDATION_ERROR` with one entry a wrong field.
    package func updateJob(
        _ id: JobID,
        name: String? = nil,
        description: String? = nil,
        details: JobDetails = JobDetails(),
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await change(id, .updateJob, expectedVersion: expectedVersion, as: actor) { (found, now) throws(JobError) in
            var job = found.job
            if let tenant = details.tenantID, tenant != job.tenantID {
                throw JobError(
                    .validationError,
                    "\(id) stays in its tenant; nothing was changed.",
                    fields: [FieldError(field: "tenant_id", message: "cannot be changed")]
                )
            }
            if details.scheduledAt != nil {
                throw JobError(
                    .validationError,
                    "The time of \(id) is changed by scheduling it; nothing was changed.",
                    fields: [FieldError(field: "scheduled_at", message: "cannot be changed by an update")]
                )
            }
            try details.apply(to: &job, name: name, by: actor, at: now)
            job.description = description ?? job.description
            return JobRevision(job, events: [job.note("job.updated", by: actor, at: now)])
        }
    }

    /// Removes a job that has ended or never started, with its steps, attempts, tasks and assets; its log stays.
    ///
    /// Bytes that nothing refers to any more go at the next garbage collection.
    package func deleteJob(
        _ id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) {
        let attempts = try await job(id, for: .deleteJob, as: actor).runNumber > 0
        _ = try await change(id, .deleteJob, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            guard found.job.status != .running else {
                throw JobError(
                    .invalidTransition,
                    "\(id) is \(found.job.state.rawValue) and cannot be deleted. Cancel it first."
                )
            }
            var revision = JobRevision(
                found.job,
                events: [found.job.note("job.deleted", by: actor, at: now, from: found.job.state)]
            )
            revision.deletes = true
            return revision
        }
        guard attempts else { return }
        _ = await AttemptPlace.remove(of: id, in: context.project)
    }

    /// Removes what the tools of a job worked on, and their checkpoints; logs stay.
    func discardWork(of id: JobID) async {
        let folder = "\(context.project.stateFolder)/\(AttemptPlace.folder(of: id))"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names { await FinishedAttempt.discardWork(in: "\(folder)/\(name)") }
    }

    /// Keeps where a running job is, so that it can go on from there after a retry.
    ///
    /// - Parameter checkpoint: Any JSON; the member `execution_context` of an object, when it is an object, becomes the
    ///   job's execution context (seed 004's `JobCheckpoint`).
    /// - Throws: `RESOURCE_LIMIT` above 16 MiB, `INVALID_TRANSITION` when the job is not running.
    package func saveCheckpoint(
        _ checkpoint: JSONValue,
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try actor.require(.saveCheckpoint)
        let size = ByteCount(Int64(JSONWriter.bytes(checkpoint).count))
        guard size <= Self.checkpointSize else {
            throw JobError(
                .resourceLimit,
                "The checkpoint is \(size), more than the \(Self.checkpointSize) that one may take; keep files as assets."
            )
        }
        return try await change(id, .saveCheckpoint, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            var job = found.job
            guard job.status == .running else {
                throw JobError(
                    .invalidTransition,
                    "\(id) is \(job.state.rawValue); only a running job has checkpoints."
                )
            }
            job.checkpointData = checkpoint
            job.executionContext = checkpoint["execution_context"]?.objectValue ?? job.executionContext
            var data: JSONObject = ["size": .integer(size.bytes)]
            data["step_index"] = checkpoint["step_index"]
            data["step_name"] = checkpoint["step_name"]
            return JobRevision(job, events: [job.note("job.checkpointed", by: actor, data: .object(data), at: now)])
        }
    }

    /// ``saveCheckpoint(_:of:expectedVersion:as:)`` with a checkpoint as text.
    ///
    /// - Throws: `VALIDATION_ERROR` for text that is no JSON.
    package func saveCheckpoint(
        text: [UInt8],
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try actor.require(.saveCheckpoint)
        let checkpoint: JSONValue
        do {
            checkpoint = try JSONValue(parsing: text)
        } catch {
            throw JobError(
                .validationError,
                "The checkpoint was not kept.",
                fields: [FieldError(field: "checkpoint", message: "is no JSON: \(error)")]
            )
        }
        return try await saveCheckpoint(checkpoint, of: id, expectedVersion: expectedVersion, as: actor)
    }

    /// The last checkpoint, also after a retry; nil when there is none.
    package func loadCheckpoint(of id: JobID, as actor: Actor) async throws(JobError) -> JSONValue? {
        try await job(id, for: .loadCheckpoint, as: actor).checkpointData
    }

    /// Hands a job that has not ended to an agent.
    package func assignAgent(
        _ agent: String,
        to id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        guard !agent.allSatisfy(\.isWhitespace) else {
            throw JobError(
                .validationError,
                "The job was not assigned.",
                fields: [FieldError(field: "agent_name", message: "must not be empty")]
            )
        }
        return try await change(id, .assignAgent, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            guard !found.job.state.isSettled else {
                throw JobError(.invalidTransition, "\(id) is \(found.job.state.rawValue) and needs no agent any more.")
            }
            var data: JSONObject = ["agent_name": .string(agent)]
            data["previous_agent"] = found.job.assignedAgent.map { .string($0) }
            var job = found.job
            job.assign(agent, by: actor, at: now)
            return JobRevision(job, events: [job.note("job.agent_assigned", by: actor, data: .object(data), at: now)])
        }
    }

    /// Adds to what a job has cost.
    ///
    /// - Parameter amount: Decimal text.
    /// - Throws: `VALIDATION_ERROR` for text that is no amount, or a sum that is too large.
    package func recordCost(
        _ amount: String,
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        let cost = try Money(cost: amount, field: "cost")
        return try await change(id, .recordCost, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            var job = found.job
            let sum = (job.actualCost ?? .zero) + cost
            job.actualCost = try Money(cost: sum.description, field: "cost")
            let data: JSONValue = ["cost": .string(amount), "actual_cost": .string(sum.description)]
            return JobRevision(job, events: [job.note("job.cost_recorded", by: actor, data: data, at: now)])
        }
    }
}
