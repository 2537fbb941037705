internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// A link between a job and a task as a row of `tasks`.
enum TaskRecord {
    /// Makes the link, or changes its relationship and metadata.
    static func set(_ task: LinkedTask, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO tasks (job_id, task_id, relationship_type, metadata, linked_at, completed_at)
                VALUES (?,?,?,?,?,?) ON CONFLICT (job_id, task_id) DO UPDATE SET
                    relationship_type = excluded.relationship_type, metadata = excluded.metadata
                """,
            arguments: [
                task.jobID.rawValue, task.taskID, task.relationshipType, JSONValue.object(task.metadata).column,
                task.linkedAt.milliseconds, task.completedAt?.milliseconds,
            ]
        )
    }

    static func remove(_ taskID: String, of job: JobID, in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM tasks WHERE job_id = ? AND task_id = ?",
            arguments: [job.rawValue, taskID]
        )
    }

    static func all(of job: JobID, in database: Database) throws -> [LinkedTask] {
        try database.rows("SELECT * FROM tasks WHERE job_id = ? ORDER BY linked_at, task_id", [job.rawValue]) { row in
            LinkedTask(
                jobID: job,
                taskID: try row.text("task_id"),
                relationshipType: try row.text("relationship_type"),
                metadata: try row.object("metadata"),
                linkedAt: try row.instant("linked_at"),
                completedAt: row.optionalInstant("completed_at")
            )
        }
    }

    /// Tasks that a job depends on and that are not complete; a task that is a job of the tenant is when that job is.
    static func unfinished(of job: Job, in database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT task_id FROM tasks WHERE job_id = ? AND relationship_type = ? AND completed_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.job_id = tasks.task_id AND tenant_id = ?
                        AND status = 'COMPLETED')
                ORDER BY task_id LIMIT 10
                """,
            arguments: [job.id.rawValue, LinkedTask.dependsOn, job.tenantID]
        )
    }
}
