internal import GRDB
package import LockstepJSON
package import LockstepModel

/// Batches and their rows.
///
/// A row and the job that is made of it become durable together, so that no row is run twice.
package struct BatchStore: Sendable {
    let database: StateDatabase
    private let jobs: JobStore

    package init(_ store: JobStore) {
        database = store.database
        jobs = store
    }

    // MARK: Preparing

    /// Keeps a new batch without rows, with the definitions that its jobs will use.
    package func insert(_ batch: Batch, definitions: [StoredDefinition]) async throws(StoreError) {
        try await database.write { database in
            for definition in definitions { try definition.insert(into: database) }
            try BatchRecord.insert(batch, into: database)
        }
    }

    /// Adds rows to a batch that is being prepared.
    package func append(_ rows: [NewBatchRow], to id: BatchID) async throws(StoreError) {
        try await database.write { database in
            let statement = try database.cachedStatement(
                sql: "INSERT INTO batch_rows (batch_id, number, line, name, inputs) VALUES (?,?,?,?,?)"
            )
            for row in rows {
                try statement.execute(
                    arguments: [
                        id.rawValue, row.number, row.line, row.name, JSONValue.object(row.inputs).column,
                    ]
                )
            }
        }
    }

    /// Says how many rows a prepared batch has got.
    package func note(total: Int, invalid: Int, of id: BatchID) async throws(StoreError) {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE batches SET total = ?, invalid = ? WHERE batch_id = ?",
                arguments: [total, invalid, id.rawValue]
            )
        }
    }

    /// Makes a prepared batch real.
    ///
    /// - Parameter enqueuedAt: Since when it waits for the workers of the service; nil when somebody else drives it.
    package func activate(_ id: BatchID, enqueuedAt: Instant?) async throws(StoreError) {
        try await database.write { database in try Self.activate(id, enqueuedAt: enqueuedAt, in: database) }
    }

    /// Makes a prepared batch real, as part of another transaction.
    static func activate(_ id: BatchID, enqueuedAt: Instant?, in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE batches SET state = 'queued', enqueued_at = ?, version = version + 1
                WHERE batch_id = ? AND state = 'preparing'
                """,
            arguments: [enqueuedAt?.milliseconds, id.rawValue]
        )
        guard database.changesCount == 1 else {
            throw StoreError(.concurrencyError, "\(id) was removed before it was ready. Do it again.")
        }
    }

    /// Removes a batch that never became real, with its rows.
    package func discard(_ id: BatchID) async throws(StoreError) {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM batches WHERE batch_id = ? AND state = 'preparing'",
                arguments: [id.rawValue]
            )
        }
    }

    /// Batches that are being prepared, or were when their process died.
    package func preparing() async throws(StoreError) -> [BatchID] {
        try await database.read { database in
            try String.fetchAll(database, sql: Self.preparing).map { BatchID($0) }
        }
    }

    static let preparing = "SELECT batch_id FROM batches WHERE state = 'preparing'"

    // MARK: Driving

    /// The next rows of which no job was made, in order.
    ///
    /// - Parameter limit: How many at most; fewer when they are larger than ``pageSize``, but one at least.
    package func pendingRows(of id: BatchID, after number: Int, limit: Int) async throws(StoreError) -> [NewBatchRow] {
        try await database.read { database in
            let rows = try Row.fetchCursor(
                try database.cachedStatement(
                    sql: """
                        SELECT number, line, name, inputs, length(CAST(inputs AS BLOB)) AS size FROM batch_rows
                        WHERE batch_id = ? AND number > ? AND job_id IS NULL AND problem IS NULL ORDER BY number LIMIT ?
                        """
                ),
                arguments: [id.rawValue, number, limit]
            )
            return try Self.page(rows, limit: limit) { row in
                NewBatchRow(
                    number: Int(try row.integer("number")),
                    line: row["line"],
                    name: row["name"],
                    inputs: try row.object("inputs")
                )
            }
        }
    }

    /// The most that the rows of one page take, in bytes, unless it is one row.
    package static let pageSize = 4 << 20

    /// - Parameter rows: Have their size in bytes as `size`.
    private static func page<Value>(
        _ rows: RowCursor,
        limit: Int,
        _ read: (Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        var size = 0
        while values.count < limit, size < pageSize, let row = try rows.next() {
            size += Int(try row.integer("size"))
            values.append(try read(row))
        }
        return values
    }

    /// Makes the jobs of some rows, and says of the others why there is none, in one transaction.
    ///
    /// - Throws: `CONCURRENCY_ERROR` when a row has a job already; nothing is changed then.
    package func start(_ starts: [BatchRowStart], of id: BatchID) async throws(StoreError) {
        try await database.write { database in
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE batch_rows SET job_id = ?, problem = ?
                    WHERE batch_id = ? AND number = ? AND job_id IS NULL AND problem IS NULL
                    """
            )
            for start in starts {
                var job: JobID?
                var problem: String?
                switch start.outcome {
                case .job(let creation):
                    try jobs.insert(creation, into: database)
                    job = creation.job.id
                case .refused(let message): problem = message
                }
                try statement.execute(arguments: [job?.rawValue, problem, id.rawValue, start.number])
                guard database.changesCount == 1 else {
                    throw StoreError(.concurrencyError, "Row \(start.number) of \(id) was started by another process.")
                }
            }
        }
    }

    /// Jobs of a batch that have not ended, in the order of their rows.
    package func unsettledJobs(of id: BatchID) async throws(StoreError) -> [BatchJob] {
        try await database.read { database in
            try database.rows(
                """
                SELECT r.job_id, r.number, r.name FROM batch_rows r JOIN jobs j ON j.job_id = r.job_id
                WHERE r.batch_id = ? AND j.state IN ('draft', 'scheduled', 'queued', 'running', 'paused')
                ORDER BY r.number
                """,
                [id.rawValue]
            ) { BatchJob(id: JobID(try $0.text("job_id")), row: Int(try $0.integer("number")), rowName: $0["name"]) }
        }
    }

    /// Jobs of a batch that `retry` runs again, and whether each was cancelled, in the order of their rows.
    package func retryableJobs(of id: BatchID) async throws(StoreError) -> [(id: JobID, isCancelled: Bool)] {
        try await database.read { database in
            try database.rows(
                """
                SELECT r.job_id, j.state FROM batch_rows r JOIN jobs j ON j.job_id = r.job_id
                WHERE r.batch_id = ? AND j.state IN ('failed', 'partial', 'cancelled') ORDER BY r.number
                """,
                [id.rawValue]
            ) { (JobID(try $0.text("job_id")), try $0.text("state") == "cancelled") }
        }
    }

    /// Lets the rows of which no job could be made be tried again.
    package func forgetRefusals(of id: BatchID) async throws(StoreError) {
        try await database.write { database in
            try database.execute(
                sql: "UPDATE batch_rows SET problem = NULL WHERE batch_id = ? AND problem IS NOT NULL",
                arguments: [id.rawValue]
            )
        }
    }

    /// Reads a batch, lets an operation decide, and writes what it decided, in one transaction.
    ///
    /// - Parameter decide: Sees nil when there is no such batch. Nil as answer changes nothing.
    package func revise(
        _ id: BatchID,
        decide: @escaping @Sendable (Batch?) throws(JobError) -> Batch?
    ) async throws(StoreError) -> Result<Batch?, JobError> {
        try await database.write { database in
            let found = try BatchRecord.batch(id, in: database)
            let decided: Batch?
            do throws(JobError) { decided = try decide(found) } catch { return .failure(error) }
            guard var batch = decided else { return .success(found) }
            batch.version += 1
            try BatchRecord.update(batch, in: database)
            return .success(batch)
        }
    }

    // MARK: Looking

    package func batch(_ id: BatchID) async throws(StoreError) -> Batch? {
        try await database.read { try BatchRecord.batch(id, in: $0) }
    }

    /// All definitions that the jobs of a batch use, by digest.
    package func definitions(of batch: Batch) async throws(StoreError) -> [String: JSONValue] {
        let digests = [batch.workflowDigest] + batch.pins.digests
        return try await database.read { database in
            var contents: [String: JSONValue] = [:]
            for digest in digests where contents[digest] == nil {
                let rows = try database.rows("SELECT content FROM definitions WHERE digest = ?", [digest]) {
                    try $0.json("content")
                }
                contents[digest] = rows.first
            }
            return contents
        }
    }

    /// How many rows are in which state.
    package func counts(of id: BatchID) async throws(StoreError) -> BatchCounts {
        try await database.read { try Self.counts(of: id, $0) }
    }

    private static func counts(of id: BatchID, _ database: Database) throws -> BatchCounts {
        var counts = BatchCounts()
        let rows = try database.rows(
            """
            SELECT j.state, r.job_id IS NOT NULL AS has_job, r.problem IS NOT NULL AS is_refused, count(*) AS number
            FROM batch_rows r LEFT JOIN jobs j ON j.job_id = r.job_id WHERE r.batch_id = ? GROUP BY 1, 2, 3
            """,
            [id.rawValue]
        ) { row -> (BatchRowState, Int) in
            let number = Int(try row.integer("number"))
            if (row["state"] as String?) != nil {
                return (BatchRowState(try row.word("state", as: JobState.self)), number)
            }
            if try row.integer("has_job") == 1 { return (.deleted, number) }
            return (try row.integer("is_refused") == 1 ? .refused : .pending, number)
        }
        for (state, number) in rows { counts[state] += number }
        return counts
    }

    /// One page of a tenant's batches with their counts, newest first; none that is being prepared.
    package func batches(
        tenant: String,
        visibleTo user: String?,
        states: [BatchState],
        before: BatchID?,
        limit: Int
    ) async throws(StoreError) -> (page: [(batch: Batch, counts: BatchCounts)], hasMore: Bool) {
        try await database.read { database in
            var conditions = SQLConditions()
            conditions.add("tenant_id = ?", [tenant])
            conditions.add("state", in: states.filter { $0 != .preparing }.map(\.rawValue))
            if let before { conditions.add("batch_id < ?", [before.rawValue]) }
            if let user { conditions.add("user_id = ?", [user]) }
            let found = try database.rows(
                "SELECT * FROM batches WHERE \(conditions.sql) ORDER BY batch_id DESC LIMIT ?",
                conditions.arguments + [limit + 1]
            ) { try BatchRecord.batch(from: $0) }
            return (try found.prefix(limit).map { ($0, try Self.counts(of: $0.id, database)) }, found.count > limit)
        }
    }

    /// A tenant's newest batch; none that is being prepared.
    package func newest(tenant: String, visibleTo user: String?) async throws(StoreError) -> Batch? {
        try await database.read { database in
            var conditions = SQLConditions()
            conditions.add("tenant_id = ? AND state <> 'preparing'", [tenant])
            if let user { conditions.add("user_id = ?", [user]) }
            return try database.rows(
                "SELECT * FROM batches WHERE \(conditions.sql) ORDER BY batch_id DESC LIMIT 1",
                conditions.arguments
            ) { try BatchRecord.batch(from: $0) }.first
        }
    }

    /// Batches of all tenants that wait for the workers of the service or are being driven, oldest first.
    package func enqueued() async throws(StoreError) -> [Batch] {
        try await database.read { database in
            try database.rows(Self.enqueued) { try BatchRecord.batch(from: $0) }
        }
    }

    static let enqueued = """
        SELECT * FROM batches
        WHERE completed_at IS NULL AND enqueued_at IS NOT NULL AND state IN ('queued', 'running')
        ORDER BY enqueued_at, batch_id
        """

    /// Rows with what became of them, after one of them, in order.
    ///
    /// - Parameters:
    ///   - states: Only rows in one of these; nil for all.
    ///   - limit: How many at most; fewer when they are larger than ``pageSize``, but one at least.
    package func results(
        of id: BatchID,
        after number: Int = 0,
        states: Set<BatchRowState>? = nil,
        limit: Int
    ) async throws(StoreError) -> [BatchRowResult] {
        try await database.read { database in
            var conditions = SQLConditions()
            conditions.add("r.batch_id = ? AND r.number > ?", [id.rawValue, number])
            if let states { conditions.add(BatchRecord.condition(on: states), []) }
            let rows = try Row.fetchCursor(
                try database.cachedStatement(
                    sql: "\(BatchRecord.results) WHERE \(conditions.sql) ORDER BY r.number"
                ),
                arguments: conditions.arguments
            )
            return try Self.page(rows, limit: limit, BatchRecord.result)
        }
    }

    /// Ids of batches of a tenant that begin or end with a text, newest first, at most ten.
    package func batchIDs(matching text: String, tenant: String) async throws(StoreError) -> [BatchID] {
        try await database.read { database in
            let escaped = text.map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined()
            return try String.fetchAll(
                database,
                sql: """
                    SELECT batch_id FROM batches WHERE tenant_id = ? AND state <> 'preparing'
                        AND (batch_id LIKE ? || '%' ESCAPE '\\' OR batch_id LIKE '%' || ? ESCAPE '\\')
                    ORDER BY batch_id DESC LIMIT 10
                    """,
                arguments: [tenant, escaped, escaped]
            ).map { BatchID($0) }
        }
    }
}

/// A row of a batch before a job was made of it.
package struct NewBatchRow: Sendable, Hashable {
    /// From 1.
    package var number: Int
    package var line: Int?
    package var name: String?
    /// By variable id; files are absolute paths.
    package var inputs: JSONObject

    package init(number: Int, line: Int?, name: String?, inputs: JSONObject) {
        self.number = number
        self.line = line
        self.name = name
        self.inputs = inputs
    }
}

/// What becomes of a row: its job, or why there is none.
package struct BatchRowStart: Sendable {
    package enum Outcome: Sendable {
        case job(JobCreation)
        case refused(String)
    }

    package var number: Int
    package var outcome: Outcome

    package init(number: Int, outcome: Outcome) {
        self.number = number
        self.outcome = outcome
    }
}

/// The job of a row.
package struct BatchJob: Sendable, Hashable {
    package var id: JobID
    /// The row's number, from 1.
    package var row: Int
    package var rowName: String?

    package init(id: JobID, row: Int, rowName: String?) {
        self.id = id
        self.row = row
        self.rowName = rowName
    }
}
