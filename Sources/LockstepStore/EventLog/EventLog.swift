internal import GRDB
package import LockstepModel

/// The append-only, hash-chained log of a project as a whole: it proves itself, and is read in order.
package struct EventLog: Sendable {
    let database: StateDatabase
    /// Rings after every commit of this process.
    package var commits: CommitBell { database.commits }

    package init(_ database: StateDatabase) {
        self.database = database
    }

    package init(_ store: JobStore) {
        database = store.database
    }

    /// Reads the whole log in one snapshot, recomputes every hash, and rebuilds every job's state from it.
    ///
    /// Memory does not grow with the log. What was cut off at the end is found by the counter that SQLite keeps; whoever
    /// sets that back as well leaves only the jobs' states as a trace.
    ///
    /// - Returns: Every edited, deleted, reordered and inserted row, and every job whose row is not what the log says.
    package func verify() async throws(StoreError) -> LogReport {
        try await database.read { database in
            try DatabaseQueue(path: "", configuration: Self.scratchConfiguration).inDatabase { scratch in
                try Self.verify(database, scratch)
            }
        }
    }

    private static var scratchConfiguration: Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF") }
        return configuration
    }

    private static func verify(_ database: Database, _ scratch: Database) throws -> LogReport {
        var report = LogReport()
        var replay = try StateReplay(scratch)
        let byPlace = try database.makeStatement(
            sql: "SELECT \(ChainedEvent.columns) FROM events WHERE sequence BETWEEN ? AND ? ORDER BY sequence"
        )
        let byHash = try database.makeStatement(sql: "SELECT \(ChainedEvent.columns) FROM events WHERE hash = ?")
        var walk = ChainWalk(
            find: { hash in try Row.fetchOne(byHash, arguments: [hash]).map { ChainedEvent($0) } },
            read: { places in
                try Row.fetchAll(byPlace, arguments: [places.lowerBound, places.upperBound]).map { ChainedEvent($0) }
            }
        )
        let all = try database.makeStatement(sql: "SELECT \(ChainedEvent.columns) FROM events ORDER BY sequence")
        let stored = StoredEvent(statement: all.sqliteStatement)
        let rows = try Row.fetchCursor(all)
        while let row = try rows.next() {
            report.eventCount += 1
            if !walk.take(stored) { try walk.take(ChainedEvent(row), report: &report) }
            if let change = stored.stateChange { try replay.take(change, report: &report) }
        }
        try walk.finish(report: &report)
        let counter = try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'events'") ?? 0
        let last = max(walk.lastNumber, walk.lastSequence)
        if counter > last { report.add(.deletion(of: last + 1...counter)) }
        try checkProtection(database, report: &report)
        try replay.compare(with: database, report: &report)
        return report
    }

    private static func checkProtection(_ database: Database, report: inout LogReport) throws {
        for trigger in ["events_never_change", "events_never_go"] {
            let sql = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events' AND name = ?"
            if try Row.fetchOne(database, sql: sql, arguments: [trigger]) != nil { continue }
            report.add(
                LogFinding(
                    kind: .unprotected,
                    sequence: nil,
                    jobID: nil,
                    message: "The trigger \(trigger) is gone: the database no longer refuses changes of the log."
                )
            )
        }
    }

    /// Events of a tenant after a sequence number, oldest first.
    ///
    /// - Parameters:
    ///   - job: Only this job's.
    ///   - type: Only those of this type, `job.failed` for example.
    ///   - owner: Only those of jobs that this one made or is assigned to.
    package func events(
        tenant: String,
        job: JobID? = nil,
        type: String? = nil,
        visibleTo owner: String? = nil,
        after sequence: Int64,
        limit: Int
    ) async throws(StoreError) -> [Event] {
        let selection = EventSelection(tenant: tenant, job: job, types: type.map { [$0] } ?? [], owner: owner)
        return try await database.read { database in
            try Self.events(selection, after: sequence, limit: limit, database)
        }
    }

    /// The sequence of the newest event; 0 when there is none.
    package func lastSequence() async throws(StoreError) -> Int64 {
        try await database.read { try Self.lastSequence($0) }
    }
}
