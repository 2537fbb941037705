/// The questions that every look at the schedules asks; each names the index that answers it, since the planner knows no counts.
enum ScheduleQuery {
    /// By now, and the last due time and id of the page before.
    static let due = """
        SELECT * FROM schedules INDEXED BY schedules_due
        WHERE next_due_at <= ?1 AND (next_due_at, schedule_id) > (?2, ?3)
        ORDER BY next_due_at, schedule_id LIMIT ?4
        """

    /// By the last id of the page before.
    static let withWaiting = """
        SELECT * FROM schedules WHERE schedule_id IN (
            SELECT DISTINCT schedule_id FROM occurrences INDEXED BY occurrences_waiting
            WHERE outcome = 'queued' AND schedule_id > ?1 ORDER BY schedule_id LIMIT ?2)
        ORDER BY schedule_id
        """

    /// By a list of ids, as the following ones.
    static let waitingTimes = """
        SELECT schedule_id, nominal_at FROM occurrences INDEXED BY occurrences_waiting
        WHERE outcome = 'queued' AND schedule_id IN (SELECT value FROM json_each(?1))
        ORDER BY schedule_id, nominal_at
        """

    /// Times beyond the cursor that have their row already.
    static let decidedTimes = """
        SELECT o.schedule_id, o.nominal_at FROM schedules AS s
        CROSS JOIN occurrences AS o ON o.schedule_id = s.schedule_id AND o.nominal_at > s.cursor
        WHERE s.schedule_id IN (SELECT value FROM json_each(?1))
        """

    /// With the tenant: one that is named like a schedule of another tenant is none of it.
    static let active = """
        SELECT schedule_id, tenant_id, job_id FROM jobs INDEXED BY jobs_active_by_schedule
        WHERE schedule_id IN (SELECT value FROM json_each(?1)) AND batch_id IS NULL AND completed_at IS NULL
            AND state <> 'draft'
        UNION ALL SELECT schedule_id, tenant_id, batch_id FROM batches INDEXED BY batches_active_by_schedule
        WHERE schedule_id IN (SELECT value FROM json_each(?1)) AND completed_at IS NULL AND state <> 'preparing'
        """

    /// By tenant, and whether those that were removed count: each schedule with its newest row.
    static let list = """
        SELECT s.*, o.nominal_at, o.outcome, o.reason, o.job_id, o.batch_id, o.decided_at, o.requested_by
        FROM schedules AS s LEFT JOIN occurrences AS o ON o.schedule_id = s.schedule_id
            AND o.nominal_at = (SELECT max(nominal_at) FROM occurrences WHERE schedule_id = s.schedule_id)
        WHERE s.tenant_id = ?1 AND (s.ended_at IS NULL OR ?2) ORDER BY s.schedule_id
        """

    /// By tenant: what runs of all its schedules.
    static let allActive = """
        SELECT schedule_id, job_id FROM jobs INDEXED BY jobs_active_by_schedule
        WHERE schedule_id IS NOT NULL AND batch_id IS NULL AND completed_at IS NULL AND tenant_id = ?1
            AND state <> 'draft'
        UNION ALL SELECT schedule_id, batch_id FROM batches INDEXED BY batches_active_by_schedule
        WHERE schedule_id IS NOT NULL AND completed_at IS NULL AND tenant_id = ?1 AND state <> 'preparing'
        """
}
