internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// A job's step as a row of `steps`.
enum StepRecord {
    static func insert(_ step: JobStep, into database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO steps (job_id, sequence_number, step_id, status, tool_id, tool_name, tool_digest,
                    parameter_mappings, output_mappings, is_final, calls_workflow, progress, started_at, completed_at,
                    output_data, error_message, error_code, waiting, reused_from, child_job_id, items)
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                """
        ).execute(
            arguments: [
                step.jobID.rawValue, step.sequenceNumber, step.id.rawValue, step.status.rawValue, step.toolID.rawValue,
                step.toolName, step.toolDigest, step.parameterMappings.column, step.outputMappings.column,
                step.isFinal, step.callsWorkflow, step.progress, step.startedAt?.milliseconds,
                step.completedAt?.milliseconds, step.outputData.map { JSONValue.object($0).column },
                step.errorMessage, step.errorCode, step.waiting?.json.column, step.reusedFrom?.json.column,
                step.childJobID?.rawValue, step.items?.json.column,
            ]
        )
    }

    static func update(_ step: JobStep, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE steps SET status = ?, progress = ?, started_at = ?, completed_at = ?, output_data = ?,
                    error_message = ?, error_code = ?, waiting = ?, reused_from = ?, child_job_id = ?, items = ?
                WHERE job_id = ? AND sequence_number = ?
                """
        ).execute(
            arguments: [
                step.status.rawValue, step.progress, step.startedAt?.milliseconds, step.completedAt?.milliseconds,
                step.outputData.map { JSONValue.object($0).column }, step.errorMessage, step.errorCode,
                step.waiting?.json.column, step.reusedFrom?.json.column, step.childJobID?.rawValue,
                step.items?.json.column, step.jobID.rawValue, step.sequenceNumber,
            ]
        )
    }

    static func step(from row: Row) throws -> JobStep {
        var step = JobStep(
            id: StepID(try row.text("step_id")),
            jobID: JobID(try row.text("job_id")),
            sequenceNumber: Int(try row.integer("sequence_number")),
            status: try row.word("status", as: StepStatus.self),
            toolID: ToolID(try row.text("tool_id")),
            toolName: try row.text("tool_name"),
            toolDigest: try row.text("tool_digest"),
            parameterMappings: try row.json("parameter_mappings"),
            outputMappings: try row.json("output_mappings"),
            progress: row["progress"],
            startedAt: row.optionalInstant("started_at"),
            completedAt: row.optionalInstant("completed_at"),
            outputData: try row.optionalJSON("output_data")?.objectValue,
            errorMessage: row["error_message"],
            errorCode: row["error_code"]
        )
        step.waiting = try row.optionalJSON("waiting").flatMap { StepWait(json: $0) }
        step.reusedFrom = try row.optionalJSON("reused_from").flatMap { StepOrigin(json: $0) }
        step.isFinal = try row.integer("is_final") == 1
        step.callsWorkflow = try row.integer("calls_workflow") == 1
        step.childJobID = (row["child_job_id"] as String?).map { JobID($0) }
        step.items = try row.optionalJSON("items").flatMap { StepItems(json: $0) }
        return step
    }
}
