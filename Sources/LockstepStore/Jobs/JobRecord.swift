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
                    input_errors, live_output, output_data, error_message, error_code, reuses_steps, parent_job_id,
                    parent_step_id, pins, enqueued_at, \(serviceColumns.joined(separator: ", ")))
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,\(serviceColumns.map { _ in "?" }.joined(separator: ",")))
                """
        ).execute(
            arguments: [
                job.id.rawValue, job.tenantID, job.userID, job.workflowID?.rawValue, job.workflowDigest, job.name,
                job.description, job.state.rawValue, job.progress, job.version, job.createdAt.milliseconds,
                job.updatedAt.milliseconds, job.startedAt?.milliseconds, job.completedAt?.milliseconds,
                JSONValue.array(job.inputVariables.map(\.json)).column, JSONValue.object(job.inputValues).column,
                JSONValue.object(job.inputErrors).column, job.liveOutput,
                job.outputData.map { JSONValue.object($0).column }, job.errorMessage, job.errorCode, job.reusesSteps,
                job.parent?.jobID.rawValue, job.parent?.stepID.rawValue, job.pins?.json.column,
                job.enqueuedAt?.milliseconds,
            ] + serviceArguments(job)
        )
    }

    /// Seed 004's columns, in the order of ``serviceArguments(_:)``; the large one is the last.
    private static let serviceColumns = [
        "assigned_agent", "delegation_chain", "execution_context", "estimated_cost", "actual_cost", "max_cost",
        "timeout_seconds", "plan_id", "plan_step_index", "scheduled_at", "schedule_id", "batch_id",
        "context_record_id", "checkpoint_data",
    ]

    private static func serviceArguments(_ job: Job) -> StatementArguments {
        [
            job.assignedAgent, JSONValue.array(job.delegationChain).column,
            job.executionContext.map { JSONValue.object($0).column }, job.estimatedCost?.description,
            job.actualCost?.description, job.maxCost?.description, job.timeoutSeconds, job.planID, job.planStepIndex,
            job.scheduledAt?.milliseconds, job.scheduleID, job.batchID, job.contextRecordID,
            job.checkpointData?.column,
        ]
    }

    /// Writes everything that an operation may change, but the inputs.
    static func revise(_ job: Job, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE jobs SET name = ?, description = ?, state = ?, progress = ?, version = ?, updated_at = ?,
                    started_at = ?, completed_at = ?, live_output = ?, output_data = ?, error_message = ?,
                    error_code = ?, is_driven = ?, run_number = ?, cancel_requested_at = ?, cancel_reason = ?, ending = ?,
                    enqueued_at = ?, \(serviceColumns.map { "\($0) = ?" }.joined(separator: ", "))
                WHERE job_id = ? AND version = ?
                """
        ).execute(
            arguments: [
                job.name, job.description, job.state.rawValue, job.progress, job.version, job.updatedAt.milliseconds,
                job.startedAt?.milliseconds, job.completedAt?.milliseconds, job.liveOutput,
                job.outputData.map { JSONValue.object($0).column }, job.errorMessage, job.errorCode, job.isDriven,
                job.runNumber, job.cancelRequestedAt?.milliseconds, job.cancelReason, job.ending?.json.column,
                job.enqueuedAt?.milliseconds,
            ] + serviceArguments(job) + [job.id.rawValue, job.version - 1]
        )
        try requireChange(of: job, in: database)
    }

    /// Writes what changes while a job runs; inputs have ``updateInputs(_:in:)``.
    static func update(_ job: Job, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE jobs SET state = ?, progress = ?, version = ?, updated_at = ?, started_at = ?, completed_at = ?,
                    live_output = ?, output_data = ?, error_message = ?, error_code = ?, is_driven = ?, run_number = ?,
                    actual_cost = ?, ending = ?, enqueued_at = ?
                WHERE job_id = ? AND version = ?
                """
        ).execute(
            arguments: [
                job.state.rawValue, job.progress, job.version, job.updatedAt.milliseconds,
                job.startedAt?.milliseconds, job.completedAt?.milliseconds, job.liveOutput,
                job.outputData.map { JSONValue.object($0).column }, job.errorMessage, job.errorCode, job.isDriven,
                job.runNumber, job.actualCost?.description, job.ending?.json.column, job.enqueuedAt?.milliseconds,
                job.id.rawValue, job.version - 1,
            ]
        )
        try requireChange(of: job, in: database)
    }

    /// Apart from the rest, because a checkpoint may be large and few changes bring one.
    static func keep(checkpoint: JSONValue, of id: JobID, in database: Database) throws {
        try database.cachedStatement(sql: "UPDATE jobs SET checkpoint_data = ? WHERE job_id = ?")
            .execute(arguments: [checkpoint.column, id.rawValue])
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

    /// A job with all its steps; nil when there is none of this id.
    static func job(_ id: JobID, in database: Database) throws -> Job? {
        try database.firstRow("SELECT * FROM jobs WHERE job_id = ?", [id.rawValue]) { row in
            let steps = try database.rows(
                "SELECT * FROM steps WHERE job_id = ? AND sequence_number < ? ORDER BY sequence_number",
                [id.rawValue, StepPlace.firstItem]
            ) { try StepRecord.step(from: $0) }
            return try job(from: row, steps: steps)
        }
    }

    /// What a list reads of a job: every column but `checkpoint_data`, which may be megabytes.
    static let listColumns =
        ([
            "job_id", "tenant_id", "user_id", "workflow_id", "workflow_digest", "name", "description", "state",
            "progress", "version", "created_at", "updated_at", "started_at", "completed_at", "input_variables",
            "input_values", "input_errors", "live_output", "output_data", "error_message", "error_code", "run_number",
            "is_driven", "cancel_requested_at", "cancel_reason", "reuses_steps", "parent_job_id", "parent_step_id",
            "ending", "pins", "enqueued_at",
        ] + serviceColumns.dropLast()).joined(separator: ", ")

    /// - Parameter steps: The job's steps, which are rows of another table.
    static func job(from row: Row, steps: [JobStep]) throws -> Job {
        let variables = try row.json("input_variables").arrayValue ?? []
        var job = Job(
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
        job.reusesSteps = try row.integer("reuses_steps") == 1
        job.runNumber = Int(try row.integer("run_number"))
        job.isDriven = try row.integer("is_driven") == 1
        job.cancelRequestedAt = row.optionalInstant("cancel_requested_at")
        job.cancelReason = row["cancel_reason"]
        job.enqueuedAt = row.optionalInstant("enqueued_at")
        if let parent: String = row["parent_job_id"], let step: String = row["parent_step_id"] {
            job.parent = JobParent(jobID: JobID(parent), stepID: StepID(step))
        }
        job.ending = try row.optionalJSON("ending").flatMap { JobEnding(json: $0) }
        job.pins = try row.optionalJSON("pins").flatMap { DefinitionPins(json: $0) }
        job.assignedAgent = row["assigned_agent"]
        job.delegationChain = try row.json("delegation_chain").arrayValue ?? []
        job.executionContext = try row.optionalJSON("execution_context")?.objectValue
        job.checkpointData = try row.optionalJSON("checkpoint_data")
        job.estimatedCost = try money("estimated_cost", in: row)
        job.actualCost = try money("actual_cost", in: row)
        job.maxCost = try money("max_cost", in: row)
        job.timeoutSeconds = row["timeout_seconds"]
        job.planID = row["plan_id"]
        job.planStepIndex = row["plan_step_index"]
        job.scheduledAt = row.optionalInstant("scheduled_at")
        job.scheduleID = row["schedule_id"]
        job.batchID = row["batch_id"]
        job.contextRecordID = row["context_record_id"]
        return job
    }

    private static func money(_ column: String, in row: Row) throws(StoreError) -> Money? {
        guard let text: String = row[column] else { return nil }
        guard let money = Money(parsing: text) else {
            throw StoreError(
                .storageError,
                "The database holds \"\(text)\" in column `\(column)`, which is no amount. Run `lockstep doctor`."
            )
        }
        return money
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
