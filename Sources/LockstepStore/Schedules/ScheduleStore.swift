internal import GRDB
package import LockstepModel

/// A schedule as a list shows it.
package struct ListedSchedule: Sendable {
    package let schedule: StoredSchedule
    /// The row of its newest nominal time; nil when nothing was decided yet.
    package let last: LedgerEntry?
    /// Ids of its jobs and batches that have not ended.
    package let active: [String]
}

/// Schedules, how far each has come, and the ledger of their occurrences.
package struct ScheduleStore: Sendable {
    let jobs: JobStore
    var database: StateDatabase { jobs.database }

    /// Rings after every commit of this process.
    package var commits: CommitBell { database.commits }

    package init(_ jobs: JobStore) {
        self.jobs = jobs
    }

    /// The schedule of an id, also one that was removed.
    package func schedule(_ id: ScheduleID) async throws(StoreError) -> StoredSchedule? {
        try await database.read { try Self.schedule(id, $0) }
    }

    static func schedule(_ id: ScheduleID, _ database: Database) throws -> StoredSchedule? {
        try database.firstRow("SELECT * FROM schedules WHERE schedule_id = ?", [id.rawValue]) {
            try ScheduleRecord.schedule(from: $0)
        }
    }

    /// Sorted by id.
    ///
    /// - Parameters:
    ///   - tenant: Nil for those of all tenants.
    ///   - includesEnded: Whether those that were removed count.
    package func schedules(tenant: String?, includesEnded: Bool = false) async throws(StoreError) -> [StoredSchedule] {
        try await database.read { database in
            try database.rows(
                """
                SELECT * FROM schedules WHERE (tenant_id = ?1 OR ?1 IS NULL) AND (ended_at IS NULL OR ?2)
                ORDER BY schedule_id
                """,
                [tenant, includesEnded]
            ) { try ScheduleRecord.schedule(from: $0) }
        }
    }

    /// The schedules of a tenant, each with its newest row and what runs of it, sorted by id.
    ///
    /// - Parameter includesEnded: Whether those that were removed count.
    package func listing(tenant: String, includesEnded: Bool) async throws(StoreError) -> [ListedSchedule] {
        try await database.read { database in
            let running: [(schedule: String, id: String)] = try database.rows(ScheduleQuery.allActive, [tenant]) {
                ($0[0], $0[1])
            }
            let active = Dictionary(grouping: running, by: \.schedule)
            return try database.rows(ScheduleQuery.list, [tenant, includesEnded]) { row in
                let schedule = try ScheduleRecord.schedule(from: row)
                let decided: Int64? = row["nominal_at"]
                return ListedSchedule(
                    schedule: schedule,
                    last: try decided.map { _ in try ScheduleRecord.entry(from: row) },
                    active: (active[schedule.id.rawValue] ?? []).map(\.id)
                )
            }
        }
    }

    /// Those that stand in workflow files and were not removed, sorted by id.
    package func fileSchedules() async throws(StoreError) -> [StoredSchedule] {
        try await database.read { database in
            try database.rows(
                "SELECT * FROM schedules WHERE origin = 'file' AND ended_at IS NULL ORDER BY schedule_id"
            ) { try ScheduleRecord.schedule(from: $0) }
        }
    }

    /// Keeps a new schedule, or another form of one that was read before.
    ///
    /// - Parameter read: As it was read; nil when there was none.
    /// - Returns: Whether it was kept: not when somebody else has changed it since, or an occurrence was decided.
    package func put(_ schedule: StoredSchedule, over read: StoredSchedule?) async throws(StoreError) -> Bool {
        try await database.write { database in
            let found = try Self.schedule(schedule.id, database)
            guard found?.revision == read?.revision, found?.cursor == read?.cursor else { return false }
            try ScheduleRecord.put(schedule, into: database)
            return true
        }
    }

    /// When the next occurrence of any schedule or the next job that has a time is due; nil when there is none.
    package func nextDue() async throws(StoreError) -> Instant? {
        try await database.read { database in
            let found = try Int64.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT min(due) FROM (SELECT min(next_due_at) AS due FROM schedules WHERE next_due_at IS NOT NULL
                            UNION ALL SELECT min(scheduled_at) FROM jobs WHERE state = 'scheduled')
                        """
                )
            )
            return found.map { Instant(milliseconds: $0) }
        }
    }

    /// Jobs of all tenants whose time to start has come, the earliest first; at most 500.
    package func dueJobs(at now: Instant) async throws(StoreError) -> [JobID] {
        try await database.read { database in
            try String.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT job_id FROM jobs WHERE state = 'scheduled' AND scheduled_at <= ?
                        ORDER BY scheduled_at, job_id LIMIT 500
                        """
                ),
                arguments: [now.milliseconds]
            ).map { JobID($0) }
        }
    }

    /// Jobs of schedules that have not ended, by id; those of batches are left out.
    package func activeJobs() async throws(StoreError) -> [JobID] {
        try await database.read { database in
            try String.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT job_id FROM jobs WHERE schedule_id IS NOT NULL AND batch_id IS NULL
                            AND completed_at IS NULL ORDER BY job_id
                        """
                )
            ).map { JobID($0) }
        }
    }

    /// The ledger of a schedule, the newest nominal time first.
    ///
    /// - Parameter instant: Only occurrences before this one; nil for the newest.
    package func history(
        of id: ScheduleID,
        before instant: Instant? = nil,
        limit: Int
    ) async throws(StoreError) -> [LedgerEntry] {
        try await database.read { database in
            try database.rows(
                """
                SELECT * FROM occurrences WHERE schedule_id = ? AND nominal_at < ?
                ORDER BY nominal_at DESC LIMIT ?
                """,
                [id.rawValue, instant?.milliseconds ?? .max, limit]
            ) { try ScheduleRecord.entry(from: $0) }
        }
    }

    /// The row of one nominal time; nil when nothing was decided about it.
    package func entry(of id: ScheduleID, at nominal: Instant) async throws(StoreError) -> LedgerEntry? {
        try await database.read { database in
            try database.firstRow(
                "SELECT * FROM occurrences WHERE schedule_id = ? AND nominal_at = ?",
                [id.rawValue, nominal.milliseconds]
            ) { try ScheduleRecord.entry(from: $0) }
        }
    }
}
