internal import GRDB
internal import LockstepJSON
package import LockstepModel

/// A schedule that may have something to decide, as it was read.
package struct DueSchedule: Sendable {
    package let schedule: StoredSchedule
    /// Nominal times of occurrences that wait, the oldest first.
    package let waiting: [Instant]
    /// Ids of its jobs and batches that have not ended; none of a due one whose occurrences do not mind them.
    package let active: [String]
    /// Nominal times beyond its cursor that have their row already.
    package let decided: Set<Instant>

    /// The same as if nothing waited.
    package var withoutWaiting: DueSchedule {
        DueSchedule(schedule: schedule, waiting: [], active: active, decided: decided)
    }
}

/// What a tick writes about one schedule.
package struct ScheduleVerdict: Sendable {
    /// As it was read.
    package let schedule: StoredSchedule
    package var cursor: Instant
    package var nextDue: Instant?
    package var pauses: [SchedulePause]
    package var problem: String?
    /// In the order in which they were decided; one that waited has a row already.
    package var entries: [(entry: LedgerEntry, wasQueued: Bool)] = []
    /// Jobs that come into being; each belongs to one of the entries.
    package var creations: [JobCreation] = []
    /// Batches that are prepared and become real, with the time since when they wait for workers.
    package var batches: [(id: BatchID, enqueuedAt: Instant)] = []
    /// Jobs that are cancelled before.
    package var cancellations: [JobID] = []

    package init(_ schedule: StoredSchedule) {
        self.schedule = schedule
        cursor = schedule.cursor
        nextDue = schedule.nextDue
        pauses = schedule.pauses
        problem = schedule.problem
    }
}

extension ScheduleStore {
    /// Schedules of which an occurrence is due, the one that is due first at the beginning.
    ///
    /// - Parameter last: Only those after this one; nil for the first page.
    package func due(
        at now: Instant,
        after last: StoredSchedule?,
        limit: Int
    ) async throws(StoreError) -> [DueSchedule] {
        try await database.read { database in
            let schedules = try database.rows(
                ScheduleQuery.due,
                [now.milliseconds, last?.nextDue?.milliseconds ?? .min, last?.id.rawValue ?? "", limit]
            ) { try ScheduleRecord.schedule(from: $0) }
            return try Self.situations(of: schedules, database)
        }
    }

    /// Schedules of which an occurrence waits, in the order of their ids.
    ///
    /// - Parameter id: Only those after this one; nil for the first page.
    package func waiting(after id: ScheduleID?, limit: Int) async throws(StoreError) -> [DueSchedule] {
        try await database.read { database in
            let schedules = try database.rows(ScheduleQuery.withWaiting, [id?.rawValue ?? "", limit]) {
                try ScheduleRecord.schedule(from: $0)
            }
            return try Self.situations(of: schedules, database)
        }
    }

    /// One schedule with what belongs to it; nil when there is none.
    package func situation(of id: ScheduleID) async throws(StoreError) -> DueSchedule? {
        try await database.read { database in
            try Self.schedule(id, database).flatMap { try Self.situations(of: [$0], all: true, database).first }
        }
    }

    /// Reads what belongs to several schedules at once.
    ///
    /// - Parameter includesAllowed: Whether what runs is read also of those whose occurrences do not mind it.
    private static func situations(
        of schedules: [StoredSchedule],
        all includesAllowed: Bool = false,
        _ database: Database
    ) throws -> [DueSchedule] {
        guard !schedules.isEmpty else { return [] }
        func list(_ schedules: [StoredSchedule]) -> String {
            JSONValue.array(schedules.map { .string($0.id.rawValue) }).column
        }
        func instants(_ sql: String) throws -> [String: [Instant]] {
            let rows: [(String, Instant)] = try database.rows(sql, [list(schedules)]) { row in
                (row[0], Instant(milliseconds: row[1]))
            }
            return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
        }
        let waiting = try instants(ScheduleQuery.waitingTimes)
        let decided = try instants(ScheduleQuery.decidedTimes)
        let minding = schedules.filter {
            includesAllowed || $0.definition["overlap"]?.stringValue != OverlapPolicy.allow.rawValue
        }
        let running: [(schedule: String, tenant: String, id: String)] = try database.rows(
            ScheduleQuery.active,
            [list(minding)]
        ) { ($0[0], $0[1], $0[2]) }
        let active = Dictionary(grouping: running, by: \.schedule)
        return schedules.map { schedule in
            let id = schedule.id.rawValue
            return DueSchedule(
                schedule: schedule,
                waiting: waiting[id] ?? [],
                active: (active[id] ?? []).filter { $0.tenant == schedule.tenantID }.map(\.id),
                decided: Set(decided[id] ?? [])
            )
        }
    }

    /// Writes what was decided about several schedules, with the jobs that fire, in one transaction.
    ///
    /// - Parameters:
    ///   - definitions: What the new jobs are pinned to.
    ///   - cancel: What a job that is to be cancelled becomes; a job that cannot be cancelled any more is left alone.
    ///   - withinTransaction: Called between the jobs and the rows of each schedule, for tests.
    /// - Returns: The verdicts that were written: not those of schedules that somebody else has changed or decided since.
    package func write(
        _ verdicts: [ScheduleVerdict],
        definitions: [StoredDefinition],
        cancel: @escaping @Sendable (JobSituation?) throws(JobError) -> JobRevision?,
        withinTransaction: @escaping @Sendable () -> Void = {}
    ) async throws(StoreError) -> [ScheduleVerdict] {
        try await database.write { database in
            for definition in definitions { try definition.insert(into: database) }
            return try verdicts.filter { verdict in
                guard try Self.advance(verdict, in: database) else { return false }
                for job in verdict.cancellations { _ = try jobs.revise(job, in: database, decide: cancel) }
                for creation in verdict.creations { try jobs.insert(creation, into: database) }
                for batch in verdict.batches {
                    try BatchStore.activate(batch.id, enqueuedAt: batch.enqueuedAt, in: database)
                }
                withinTransaction()
                for (entry, wasQueued) in verdict.entries {
                    if wasQueued {
                        try ScheduleRecord.settle(entry, in: database)
                    } else {
                        try ScheduleRecord.insert(entry, into: database)
                    }
                }
                return true
            }
        }
    }

    /// Moves a schedule on, if it is still as it was read: of two schedulers one does.
    private static func advance(_ verdict: ScheduleVerdict, in database: Database) throws -> Bool {
        let waiting = verdict.entries.filter(\.wasQueued).map(\.entry.nominal.milliseconds)
        for nominal in waiting {
            let waits = try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT 1 FROM occurrences WHERE schedule_id = ? AND nominal_at = ? AND outcome = 'queued'"
                ),
                arguments: [verdict.schedule.id.rawValue, nominal]
            )
            guard waits != nil else { return false }
        }
        try database.cachedStatement(
            sql: """
                UPDATE schedules SET cursor = ?, next_due_at = ?, pauses = ?, problem = ?
                WHERE schedule_id = ? AND revision = ? AND cursor = ? AND (ended_at IS NULL OR ?)
                """
        ).execute(
            arguments: [
                verdict.cursor.milliseconds, verdict.nextDue?.milliseconds,
                JSONValue.array(verdict.pauses.map(\.json)).column, verdict.problem, verdict.schedule.id.rawValue,
                verdict.schedule.revision, verdict.schedule.cursor.milliseconds, verdict.schedule.endedAt != nil,
            ]
        )
        return database.changesCount == 1
    }
}
