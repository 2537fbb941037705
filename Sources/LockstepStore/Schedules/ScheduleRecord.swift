internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// A schedule as a row of `schedules`, and an occurrence as one of `occurrences`.
enum ScheduleRecord {
    /// Keeps a schedule, in place of the one of its id if there is one.
    static func put(_ schedule: StoredSchedule, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO schedules (schedule_id, tenant_id, workflow_id, definition, digest, origin, created_by,
                    created_at, changed_at, revision, cursor, next_due_at, pauses, ended_at, problem)
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                ON CONFLICT (schedule_id) DO UPDATE SET tenant_id = excluded.tenant_id,
                    workflow_id = excluded.workflow_id, definition = excluded.definition, digest = excluded.digest,
                    origin = excluded.origin, created_by = excluded.created_by, created_at = excluded.created_at,
                    changed_at = excluded.changed_at, revision = excluded.revision, cursor = excluded.cursor,
                    next_due_at = excluded.next_due_at, pauses = excluded.pauses, ended_at = excluded.ended_at,
                    problem = excluded.problem
                """
        ).execute(
            arguments: [
                schedule.id.rawValue, schedule.tenantID, schedule.workflowID.rawValue, schedule.definition.column,
                schedule.digest, schedule.origin.rawValue, schedule.createdBy, schedule.createdAt.milliseconds,
                schedule.changedAt.milliseconds, schedule.revision, schedule.cursor.milliseconds,
                schedule.nextDue?.milliseconds, JSONValue.array(schedule.pauses.map(\.json)).column,
                schedule.endedAt?.milliseconds, schedule.problem,
            ]
        )
    }

    static func schedule(from row: Row) throws -> StoredSchedule {
        var schedule = StoredSchedule(
            id: ScheduleID(try row.text("schedule_id")),
            tenantID: try row.text("tenant_id"),
            workflowID: WorkflowID(try row.text("workflow_id")),
            definition: try row.json("definition"),
            origin: try row.word("origin", as: StoredSchedule.Origin.self),
            createdBy: try row.text("created_by"),
            at: try row.instant("created_at")
        )
        schedule.changedAt = try row.instant("changed_at")
        schedule.revision = try row.integer("revision")
        schedule.cursor = try row.instant("cursor")
        schedule.nextDue = row.optionalInstant("next_due_at")
        schedule.pauses = try row.json("pauses").arrayValue?.compactMap { SchedulePause(json: $0) } ?? []
        schedule.endedAt = row.optionalInstant("ended_at")
        schedule.problem = row["problem"]
        return schedule
    }

    static func insert(_ entry: LedgerEntry, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO occurrences (schedule_id, nominal_at, outcome, reason, job_id, batch_id, decided_at,
                    requested_by) VALUES (?,?,?,?,?,?,?,?)
                """
        ).execute(
            arguments: [
                entry.scheduleID.rawValue, entry.nominal.milliseconds, entry.outcome.rawValue, entry.reason,
                entry.jobID?.rawValue, entry.batchID?.rawValue, entry.decidedAt.milliseconds, entry.requestedBy,
            ]
        )
    }

    /// Says what became of an occurrence that waited; a trigger refuses any other.
    static func settle(_ entry: LedgerEntry, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE occurrences SET outcome = ?, reason = ?, job_id = ?, batch_id = ?, decided_at = ?
                WHERE schedule_id = ? AND nominal_at = ?
                """
        ).execute(
            arguments: [
                entry.outcome.rawValue, entry.reason, entry.jobID?.rawValue, entry.batchID?.rawValue,
                entry.decidedAt.milliseconds, entry.scheduleID.rawValue, entry.nominal.milliseconds,
            ]
        )
    }

    static func entry(from row: Row) throws -> LedgerEntry {
        let job: String? = row["job_id"]
        let batch: String? = row["batch_id"]
        return LedgerEntry(
            scheduleID: ScheduleID(try row.text("schedule_id")),
            nominal: try row.instant("nominal_at"),
            outcome: try row.word("outcome", as: LedgerEntry.Outcome.self),
            reason: row["reason"],
            jobID: job.map { JobID($0) },
            batchID: batch.map { BatchID($0) },
            decidedAt: try row.instant("decided_at"),
            requestedBy: row["requested_by"]
        )
    }
}
