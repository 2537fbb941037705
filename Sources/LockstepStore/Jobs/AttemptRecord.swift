internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// An attempt as a row of `attempts`.
enum AttemptRecord {
    static func insert(_ attempt: Attempt, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO attempts (attempt_id, job_id, sequence_number, step_id, number, state, folder, started_at,
                    sandbox_level, requested, measured, run_number) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)
                """
        ).execute(
            arguments: [
                attempt.id.rawValue, attempt.jobID.rawValue, attempt.sequenceNumber, attempt.stepID.rawValue,
                attempt.number, attempt.state.rawValue, attempt.folder, attempt.startedAt.milliseconds,
                attempt.sandboxLevel.rawValue, attempt.requested.column, attempt.measured.column,
                attempt.runNumber,
            ]
        )
    }

    /// Commits an attempt's result, once: a result for an attempt that has ended already is refused.
    static func end(_ attempt: Attempt, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE attempts SET state = ?, ended_at = ?, reason = ?, exit_code = ?, signal = ?, sandbox_level = ?,
                    measured = ?, error_message = ? WHERE attempt_id = ? AND state = 'running'
                """
        ).execute(
            arguments: [
                attempt.state.rawValue, attempt.endedAt?.milliseconds, attempt.reason, attempt.exitCode,
                attempt.signal, attempt.sandboxLevel.rawValue, attempt.measured.column, attempt.errorMessage,
                attempt.id.rawValue,
            ]
        )
        guard database.changesCount == 1 else {
            throw StoreError(
                .concurrencyError,
                "The result of \(attempt.id) was recorded by somebody else already; this one is dropped."
            )
        }
    }

    static func attempt(from row: Row) throws -> Attempt {
        var attempt = Attempt(
            id: AttemptID(try row.text("attempt_id")),
            jobID: JobID(try row.text("job_id")),
            stepID: StepID(try row.text("step_id")),
            sequenceNumber: Int(try row.integer("sequence_number")),
            number: Int(try row.integer("number")),
            state: try row.word("state", as: Attempt.State.self),
            folder: try row.text("folder"),
            startedAt: try row.instant("started_at"),
            endedAt: row.optionalInstant("ended_at"),
            reason: row["reason"],
            exitCode: row["exit_code"],
            signal: row["signal"],
            sandboxLevel: try row.word("sandbox_level", as: SandboxLevel.self),
            requested: try row.json("requested"),
            measured: try row.json("measured"),
            errorMessage: row["error_message"]
        )
        attempt.runNumber = row["run_number"] ?? 0
        return attempt
    }
}
