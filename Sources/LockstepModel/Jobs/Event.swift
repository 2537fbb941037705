package import LockstepJSON

/// One row of the append-only log.
package struct Event: Sendable, Hashable {
    /// Grows by one with every event of the project.
    package var sequence: Int64
    package var jobID: JobID
    package var tenantID: String
    /// Nil when the job is created, and for events that change no state.
    package var fromState: JobState?
    package var toState: JobState?
    /// `job.created`, `job.started`, `step.finished`, …
    package var type: String
    /// Who caused it.
    package var actor: String
    package var reason: String?
    package var data: JSONValue
    package var at: Instant

    package init(
        sequence: Int64 = 0,
        jobID: JobID,
        tenantID: String,
        fromState: JobState? = nil,
        toState: JobState? = nil,
        type: String,
        actor: String,
        reason: String? = nil,
        data: JSONValue = [:],
        at: Instant
    ) {
        self.sequence = sequence
        self.jobID = jobID
        self.tenantID = tenantID
        self.fromState = fromState
        self.toState = toState
        self.type = type
        self.actor = actor
        self.reason = reason
        self.data = data
        self.at = at
    }

    package var json: JSONValue {
        var object: JSONObject = ["sequence": .integer(sequence), "job_id": .string(jobID.rawValue)]
        object["event_type"] = .string(type)
        object["from_state"] = fromState.map { .string($0.rawValue) } ?? .null
        object["to_state"] = toState.map { .string($0.rawValue) } ?? .null
        object["actor"] = .string(actor)
        object["reason"] = reason.map { .string($0) }
        object["data"] = data
        object["tenant_id"] = .string(tenantID)
        object["at"] = at.json
        return .object(object)
    }
}
