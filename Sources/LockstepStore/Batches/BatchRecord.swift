internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// A batch as a row of `batches`, and its rows as those of `batch_rows`.
enum BatchRecord {
    static func insert(_ batch: Batch, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO batches (batch_id, tenant_id, user_id, name, workflow_id, workflow_digest, pins, source, state,
                    max_parallel, sandbox_level, reuses_steps, total, invalid, version, created_at, updated_at, started_at,
                    completed_at, enqueued_at, cancel_requested_at, cancel_reason, schedule_id)
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                """
        ).execute(
            arguments: [
                batch.id.rawValue, batch.tenantID, batch.userID, batch.name, batch.workflowID.rawValue,
                batch.workflowDigest, batch.pins.json.column, batch.source.column, batch.state.rawValue,
                batch.maxParallel, batch.sandbox.rawValue, batch.reusesSteps, batch.total, batch.invalid, batch.version,
                batch.createdAt.milliseconds, batch.updatedAt.milliseconds, batch.startedAt?.milliseconds,
                batch.completedAt?.milliseconds, batch.enqueuedAt?.milliseconds,
                batch.cancelRequestedAt?.milliseconds, batch.cancelReason, batch.scheduleID,
            ]
        )
    }

    /// Writes what changes in the life of a batch; ``Batch/version`` must be one more than the stored one.
    static func update(_ batch: Batch, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE batches SET state = ?, total = ?, invalid = ?, version = ?, updated_at = ?, started_at = ?,
                    completed_at = ?, enqueued_at = ?, cancel_requested_at = ?, cancel_reason = ?
                WHERE batch_id = ? AND version = ?
                """
        ).execute(
            arguments: [
                batch.state.rawValue, batch.total, batch.invalid, batch.version, batch.updatedAt.milliseconds,
                batch.startedAt?.milliseconds, batch.completedAt?.milliseconds, batch.enqueuedAt?.milliseconds,
                batch.cancelRequestedAt?.milliseconds, batch.cancelReason, batch.id.rawValue, batch.version - 1,
            ]
        )
        guard database.changesCount == 1 else {
            throw StoreError(
                .concurrencyError,
                "\(batch.id) was changed by somebody else meanwhile. Look at it again and repeat what you want to do."
            )
        }
    }

    static func batch(_ id: BatchID, in database: Database) throws -> Batch? {
        try database.firstRow("SELECT * FROM batches WHERE batch_id = ?", [id.rawValue]) { try batch(from: $0) }
    }

    static func batch(from row: Row) throws -> Batch {
        var batch = Batch(
            id: BatchID(try row.text("batch_id")),
            tenantID: try row.text("tenant_id"),
            userID: try row.text("user_id"),
            name: try row.text("name"),
            workflowID: WorkflowID(try row.text("workflow_id")),
            workflowDigest: try row.text("workflow_digest"),
            pins: DefinitionPins(json: try row.json("pins")) ?? DefinitionPins(workflows: [:], tools: [:]),
            source: try row.json("source"),
            state: try row.word("state", as: BatchState.self),
            maxParallel: Int(try row.integer("max_parallel")),
            sandbox: try row.word("sandbox_level", as: SandboxLevel.self),
            reusesSteps: try row.integer("reuses_steps") == 1,
            total: Int(try row.integer("total")),
            invalid: Int(try row.integer("invalid")),
            version: try row.integer("version"),
            createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at")
        )
        batch.startedAt = row.optionalInstant("started_at")
        batch.completedAt = row.optionalInstant("completed_at")
        batch.enqueuedAt = row.optionalInstant("enqueued_at")
        batch.cancelRequestedAt = row.optionalInstant("cancel_requested_at")
        batch.cancelReason = row["cancel_reason"]
        batch.scheduleID = row["schedule_id"]
        return batch
    }

    /// What a row of ``resultColumns`` says.
    static func result(from row: Row) throws -> BatchRowResult {
        let job = (row["job_id"] as String?).map { JobID($0) }
        let problem: String? = row["problem"]
        let state: BatchRowState
        if (row["state"] as String?) != nil {
            state = BatchRowState(try row.word("state", as: JobState.self))
        } else if job != nil {
            state = .deleted
        } else {
            state = problem == nil ? .pending : .refused
        }
        var result = BatchRowResult(
            number: Int(try row.integer("number")),
            line: row["line"],
            name: row["name"],
            inputs: try row.object("inputs"),
            state: state
        )
        result.jobID = job
        result.progress = row["progress"]
        result.startedAt = row.optionalInstant("started_at")
        result.completedAt = row.optionalInstant("completed_at")
        result.outputs = try row.optionalJSON("output_data")?.objectValue
        result.problem = problem ?? row["error_message"]
        return result
    }

    /// Which rows of ``results`` are in one of these states, as ``result(from:)`` has it.
    static func condition(on states: Set<BatchRowState>) -> String {
        let jobs = JobState.allCases.filter { states.contains(BatchRowState($0)) }.map { "'\($0.rawValue)'" }
        var parts = jobs.isEmpty ? [] : ["j.state IN (\(jobs.joined(separator: ", ")))"]
        if states.contains(.pending) { parts.append("r.job_id IS NULL AND r.problem IS NULL") }
        if states.contains(.refused) { parts.append("r.job_id IS NULL AND r.problem IS NOT NULL") }
        if states.contains(.deleted) { parts.append("r.job_id IS NOT NULL AND j.job_id IS NULL") }
        return parts.isEmpty ? "FALSE" : "(\(parts.joined(separator: " OR ")))"
    }

    /// Rows of a batch with their jobs.
    static let results = """
        SELECT r.number, r.line, r.name, r.inputs, r.job_id, r.problem, j.state, j.progress, j.started_at, j.completed_at,
            j.output_data, j.error_message,
            length(CAST(r.inputs AS BLOB)) + ifnull(length(CAST(j.output_data AS BLOB)), 0) AS size
        FROM batch_rows r LEFT JOIN jobs j ON j.job_id = r.job_id
        """
}
