internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// A job as a row of `jobs`.
enum JobRecord {
    static func insert(_ job: Job, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO jobs (job_id, tenant_id, user_id, workflow_id, workflow_digest, name, description, state,
                    progress, version, created_at, updated_at, started_at, completed_at, input_variables, input_values,
                    input_errors, live_output, output_data, error_message, error_code)
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                """
        ).execute(
            arguments: [
                job.id.rawValue, job.tenantID, job.userID, job.workflowID?.rawValue, job.workflowDigest, job.name,
                job.description, job.state.rawValue, job.progress, job.version, job.createdAt.milliseconds,
                job.updatedAt.milliseconds, job.startedAt?.milliseconds, job.completedAt?.milliseconds,
                JSONValue.array(job.inputVariables.map(\.json)).column, JSONValue.object(job.inputValues).column,
                JSONValue.object(job.inputErrors).column, job.liveOutput,
                job.outputData.map { JSONValue.object($0).column }, job.errorMessage, job.errorCode,
            ]
        )
    }

    /// Writes what changes while a job runs; inputs have ``updateInputs(_:in:)``.
    static func update(_ job: Job, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE jobs SET state = ?, progress = ?, version = ?, updated_at = ?, started_at = ?, completed_at = ?,
                    live_output = ?, output_data = ?, error_message = ?, error_code = ?
                WHERE job_id = ? AND version = ?
                """
        ).execute(
            arguments: [
                job.state.rawValue, job.progress, job.version, job.updatedAt.milliseconds,
                job.startedAt?.milliseconds, job.completedAt?.milliseconds, job.liveOutput,
                job.outputData.map { JSONValue.object($0).column }, job.errorMessage, job.errorCode,
                job.id.rawValue, job.version - 1,
            ]
        )
        try requireChange(of: job, in: database)
    }

    static func updateInputs(_ job: Job, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE jobs SET state = ?, version = ?, updated_at = ?, input_values = ?, input_errors = ?
                WHERE job_id = ? AND version = ?
                """
        ).execute(
            arguments: [
                job.state.rawValue, job.version, job.updatedAt.milliseconds, JSONValue.object(job.inputValues).column,
                JSONValue.object(job.inputErrors).column, job.id.rawValue, job.version - 1,
            ]
        )
        try requireChange(of: job, in: database)
    }

    static func note(progress: Int, liveOutput: String?, of id: JobID, at instant: Instant, in database: Database)
        throws
    {
        try database.cachedStatement(
            sql: """
                UPDATE jobs SET progress = max(progress, ?), live_output = coalesce(?, live_output), updated_at = ?
                WHERE job_id = ? AND state IN ('running', 'paused')
                """
        ).execute(arguments: [progress, liveOutput, instant.milliseconds, id.rawValue])
    }

    private static func requireChange(of job: Job, in database: Database) throws {
        guard database.changesCount == 1 else {
            throw StoreError(
                .concurrencyError,
                "\(job.id) was changed by somebody else meanwhile. Look at it again and repeat what you want to do."
            )
        }
    }

    /// - Parameter steps: The job's steps, which are rows of another table.
    static func job(from row: Row, steps: [JobStep]) throws -> Job {
        let variables = try row.json("input_variables").arrayValue ?? []
        return Job(
            id: JobID(try row.text("job_id")),
            workflowID: (row["workflow_id"] as String?).map { WorkflowID($0) },
            workflowDigest: row["workflow_digest"],
            tenantID: try row.text("tenant_id"),
            userID: try row.text("user_id"),
            name: try row.text("name"),
            description: try row.text("description"),
            state: try row.word("state", as: JobState.self),
            progress: Int(try row.integer("progress")),
            version: try row.integer("version"),
            createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"),
            startedAt: row.optionalInstant("started_at"),
            completedAt: row.optionalInstant("completed_at"),
            inputVariables: variables.compactMap { InputVariable(stored: $0) },
            inputValues: try row.object("input_values"),
            inputErrors: try row.object("input_errors"),
            steps: steps,
            liveOutput: row["live_output"],
            outputData: try row.optionalJSON("output_data")?.objectValue,
            errorMessage: row["error_message"],
            errorCode: row["error_code"]
        )
    }
}

extension InputVariable {
    /// Reads ``InputVariable/json`` back.
    init?(stored json: JSONValue) {
        guard let id = json["variable_id"]?.stringValue else { return nil }
        self.init(
            id: id,
            name: json["name"]?.stringValue,
            description: json["description"]?.stringValue ?? "",
            isRequired: json["required"]?.boolValue ?? false,
            defaultValue: json["default"],
            schema: ValueSchema.decode(json["schema"] ?? [:], at: JSONPointer()).schema
        )
    }
}
