package import LockstepJSON
package import LockstepModel
internal import LockstepStore

extension JobService {
    /// Links a job to a task, or changes the link; with `depends_on` the job does not start before the task is complete.
    ///
    /// - Parameter taskID: Any name, or the id of a job of the same tenant, whose completion then counts.
    package func linkTask(
        _ taskID: String,
        to id: JobID,
        relationshipType: String = LinkedTask.dependsOn,
        metadata: JSONObject = [:],
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        var problems: [FieldError] = []
        if taskID.allSatisfy(\.isWhitespace) {
            problems.append(FieldError(field: "task_id", message: "must not be empty"))
        }
        if relationshipType.allSatisfy(\.isWhitespace) {
            problems.append(FieldError(field: "relationship_type", message: "must not be empty"))
        }
        if taskID == id.rawValue {
            problems.append(FieldError(field: "task_id", message: "a job cannot be linked to itself"))
        }
        guard problems.isEmpty else {
            throw JobError(.validationError, "The task was not linked.", fields: problems)
        }
        return try await change(id, .linkTask, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            let data: JSONValue = [
                "linked_task": .string(taskID), "relationship_type": .string(relationshipType),
            ]
            var revision = JobRevision(
                found.job,
                events: [found.job.note("job.updated", by: actor, data: data, at: now)]
            )
            revision.linkedTask = LinkedTask(
                jobID: id,
                taskID: taskID,
                relationshipType: relationshipType,
                metadata: metadata,
                linkedAt: now
            )
            return revision
        }
    }

    /// - Throws: `VALIDATION_ERROR` when the job is not linked to the task.
    package func unlinkTask(
        _ taskID: String,
        from id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await change(id, .unlinkTask, expectedVersion: expectedVersion, as: actor) {
            (found, now) throws(JobError) in
            guard found.tasks.contains(where: { $0.taskID == taskID }) else {
                throw JobError(
                    .validationError,
                    "Nothing was unlinked.",
                    fields: [FieldError(field: "task_id", message: "\(id) is not linked to \"\(taskID)\"")]
                )
            }
            var revision = JobRevision(
                found.job,
                events: [
                    found.job.note("job.updated", by: actor, data: ["unlinked_task": .string(taskID)], at: now)
                ]
            )
            revision.unlinkedTask = taskID
            return revision
        }
    }

    /// The tasks that a job is linked to, in the order they were linked.
    package func listLinkedTasks(of id: JobID, as actor: Actor) async throws(JobError) -> [LinkedTask] {
        _ = try await job(id, for: .listLinkedTasks, as: actor)
        let found = try await stored { () async throws(StoreError) in try await context.store.situation(of: id) }
        return found?.tasks ?? []
    }

    /// Says that a task is complete, for all jobs of the actor's tenant that are linked to it.
    ///
    /// - Returns: Those jobs.
    package func completeTask(_ taskID: String, as actor: Actor) async throws(JobError) -> [JobID] {
        try actor.require(.completeTask)
        let now = context.now()
        return try await stored { () async throws(StoreError) in
            try await context.store.completeTask(taskID, tenant: actor.tenantID, at: now) { id in
                Event(
                    jobID: id,
                    tenantID: actor.tenantID,
                    type: "job.updated",
                    actor: actor.id,
                    data: ["completed_task": .string(taskID)],
                    at: now
                )
            }
        }
    }
}
