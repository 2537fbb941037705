internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// The value of a job's variable as a row of `variables`.
enum VariableRecord {
    static func set(
        _ name: String,
        to value: JSONValue,
        madeBy step: StepID?,
        of job: JobID,
        in database: Database
    ) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO variables (job_id, name, value, made_by) VALUES (?,?,?,?)"
        ).execute(arguments: [job.rawValue, name, value.column, step?.rawValue])
    }

    static func removeInputs(of job: JobID, in database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM variables WHERE job_id = ? AND made_by IS NULL")
            .execute(arguments: [job.rawValue])
    }
}
