package import LockstepJSON

/// What became of one nominal occurrence of a schedule: the one durable row about it.
package struct LedgerEntry: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// A job or a batch was made.
        case fired
        /// It was not wanted: the schedule was paused, or an earlier one had not ended.
        case skipped
        /// It could not be kept: too late, or the job could not be made.
        case missed
        /// A later occurrence fired in its place.
        case coalesced
        /// It waits for an earlier one to end; the only outcome that becomes another one.
        case queued
    }

    package var scheduleID: ScheduleID
    package var nominal: Instant
    package var outcome: Outcome
    /// For a person; nil only for one that fired as it should.
    package var reason: String?
    package var jobID: JobID?
    package var batchID: BatchID?
    package var decidedAt: Instant
    /// Who asked for it, when it is no time of the schedule but somebody's wish.
    package var requestedBy: String?

    package init(
        scheduleID: ScheduleID,
        nominal: Instant,
        outcome: Outcome,
        reason: String? = nil,
        jobID: JobID? = nil,
        batchID: BatchID? = nil,
        decidedAt: Instant,
        requestedBy: String? = nil
    ) {
        self.scheduleID = scheduleID
        self.nominal = nominal
        self.outcome = outcome
        self.reason = reason
        self.jobID = jobID
        self.batchID = batchID
        self.decidedAt = decidedAt
        self.requestedBy = requestedBy
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "schedule_id": .string(scheduleID.rawValue), "nominal_at": nominal.json,
            "outcome": .string(outcome.rawValue), "reason": reason.map { .string($0) } ?? .null,
            "job_id": jobID.map { .string($0.rawValue) } ?? .null,
            "batch_id": batchID.map { .string($0.rawValue) } ?? .null,
            "decided_at": decidedAt.json,
        ]
        object["requested_by"] = requestedBy.map { .string($0) }
        return .object(object)
    }
}
