package import LockstepJSON

/// A task that a job is linked to (seed 004, "Integration with Tasks").
package struct LinkedTask: Sendable, Hashable {
    /// The relationship that a job waits for.
    package static let dependsOn = "depends_on"

    package var jobID: JobID
    /// A name that somebody else gave, or the id of another job of the tenant.
    package var taskID: String
    /// `step`, `depends_on`, …
    package var relationshipType: String
    package var metadata: JSONObject
    package var linkedAt: Instant
    /// When somebody said that the task is complete.
    package var completedAt: Instant?

    package init(
        jobID: JobID,
        taskID: String,
        relationshipType: String,
        metadata: JSONObject = [:],
        linkedAt: Instant,
        completedAt: Instant? = nil
    ) {
        self.jobID = jobID
        self.taskID = taskID
        self.relationshipType = relationshipType
        self.metadata = metadata
        self.linkedAt = linkedAt
        self.completedAt = completedAt
    }

    package var json: JSONValue {
        var object: JSONObject = ["job_id": .string(jobID.rawValue), "task_id": .string(taskID)]
        object["relationship_type"] = .string(relationshipType)
        object["metadata"] = .object(metadata)
        object["linked_at"] = linkedAt.json
        object["completed_at"] = completedAt?.json
        return .object(object)
    }
}
