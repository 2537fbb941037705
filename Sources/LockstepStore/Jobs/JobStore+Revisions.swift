internal import GRDB
internal import LockstepJSON
package import LockstepModel

/// What an operation makes of a job that it has just seen.
package struct JobRevision: Sendable {
    /// The job as it is to be; its version is counted up by the store.
    package var job: Job
    package var steps: [JobStep] = []
    package var events: [Event]
    /// New ones.
    package var assets: [Asset] = []
    package var linkedTask: LinkedTask?
    package var unlinkedTask: String?
    /// Records attempts that still run as lost, for this reason.
    package var losesLiveAttempts: String?
    package var forgetsStepVariables = false
    /// Steps whose variables have no value any more.
    package var forgottenSteps: [StepID] = []
    package var renewedItems: [ItemRenewal] = []
    package var deletes = false

    package init(_ job: Job, events: [Event]) {
        self.job = job
        self.events = events
    }
}

/// A job as an operation sees it, inside the transaction that changes it.
package struct JobSituation: Sendable {
    package let job: Job
    package let tasks: [LinkedTask]
    /// Tasks that the job depends on and that are not complete.
    package let unfinishedTasks: [String]
    /// Jobs of the same plan that come before and are not complete.
    package let unfinishedPlanJobs: [JobID]
}

/// What a runner looks at again and again while a step runs.
package struct JobPulse: Sendable {
    package let state: JobState
    package let runNumber: Int
    package let isDriven: Bool
    package let isCancelRequested: Bool
}

extension JobStore {
    /// Nil when there is no such job.
    package func pulse(of id: JobID) async throws(StoreError) -> JobPulse? {
        try await database.read { database in
            try Row.fetchOne(
                try database.cachedStatement(
                    sql: """
                        SELECT state, run_number, is_driven, cancel_requested_at IS NOT NULL AS is_cancel_requested
                        FROM jobs WHERE job_id = ?
                        """
                ),
                arguments: [id.rawValue]
            ).map { row in
                JobPulse(
                    state: try row.word("state", as: JobState.self),
                    runNumber: Int(try row.integer("run_number")),
                    isDriven: try row.integer("is_driven") == 1,
                    isCancelRequested: try row.integer("is_cancel_requested") == 1
                )
            }
        }
    }

    /// Reads a job, lets an operation decide, and writes what it decided, in one transaction.
    ///
    /// - Parameter decide: Sees nil when there is no such job; what it throws changes nothing. Nil as answer as well.
    /// - Returns: The job after the change, or why there was none.
    package func revise(
        _ id: JobID,
        decide: @escaping @Sendable (JobSituation?) throws(JobError) -> JobRevision?
    ) async throws(StoreError) -> Result<Job?, JobError> {
        try await database.write { database in try revise(id, in: database, decide: decide) }
    }

    /// The same as a part of a transaction.
    func revise(
        _ id: JobID,
        in database: Database,
        decide: (JobSituation?) throws(JobError) -> JobRevision?
    ) throws -> Result<Job?, JobError> {
        let situation = try Self.situation(of: id, in: database)
        let decided: JobRevision?
        do throws(JobError) {
            decided = try decide(situation)
        } catch {
            return .failure(error)
        }
        guard var revision = decided else { return .success(situation?.job) }
        revision.job.version += 1
        try write(revision, in: database)
        return .success(revision.job)
    }

    /// What an operation needs to know to start a job; nil when there is none.
    package func situation(of id: JobID) async throws(StoreError) -> JobSituation? {
        try await database.read { database in try Self.situation(of: id, in: database) }
    }

    /// The jobs of all tenants that a runner holds, or held when it died; the oldest first.
    package func drivenJobs() async throws(StoreError) -> [DrivenJob] {
        try await database.read { database in
            try database.rows(
                """
                SELECT j.job_id, j.batch_id, coalesce(
                    (SELECT a.sandbox_level FROM attempts a
                     WHERE a.job_id = j.job_id AND a.run_number = j.run_number AND a.state = 'running' LIMIT 1),
                    b.sandbox_level) AS sandbox_level
                FROM jobs j LEFT JOIN batches b ON b.batch_id = j.batch_id WHERE j.is_driven = 1 ORDER BY j.job_id
                """
            ) { row in
                DrivenJob(
                    id: JobID(try row.text("job_id")),
                    batchID: (row["batch_id"] as String?).map { BatchID($0) },
                    sandbox: (row["sandbox_level"] as String?).flatMap { SandboxLevel(rawValue: $0) }
                )
            }
        }
    }

    /// Running jobs that nobody here drives, over their deadline.
    package func overdueJobs(at instant: Instant) async throws(StoreError) -> [JobID] {
        try await database.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT job_id FROM jobs WHERE state IN ('running', 'paused') AND is_driven = 0
                        AND timeout_seconds IS NOT NULL AND started_at + timeout_seconds * 1000 <= ? LIMIT 500
                    """,
                arguments: [instant.milliseconds]
            ).map { JobID($0) }
        }
    }

    /// Says that a task is complete, in every link of a tenant's jobs to it.
    ///
    /// - Parameter events: What to log for each linked job.
    /// - Returns: The jobs whose link has changed.
    package func completeTask(
        _ taskID: String,
        tenant: String,
        at instant: Instant,
        event: @escaping @Sendable (JobID) -> Event
    ) async throws(StoreError) -> [JobID] {
        try await database.write { database in
            let jobs = try String.fetchAll(
                database,
                sql: """
                    SELECT job_id FROM tasks JOIN jobs USING (job_id)
                    WHERE task_id = ? AND tenant_id = ? AND tasks.completed_at IS NULL ORDER BY job_id
                    """,
                arguments: [taskID, tenant]
            ).map { JobID($0) }
            for job in jobs {
                try database.execute(
                    sql: "UPDATE tasks SET completed_at = ? WHERE task_id = ? AND job_id = ?",
                    arguments: [instant.milliseconds, taskID, job.rawValue]
                )
            }
            try EventRecord.append(jobs.map(event), to: database)
            return jobs
        }
    }

    private static func situation(of id: JobID, in database: Database) throws -> JobSituation? {
        guard let job = try JobRecord.job(id, in: database) else { return nil }
        let tasks = try TaskRecord.all(of: id, in: database)
        return JobSituation(
            job: job,
            tasks: tasks,
            unfinishedTasks: tasks.isEmpty ? [] : try TaskRecord.unfinished(of: job, in: database),
            unfinishedPlanJobs: try unfinishedPlanJobs(before: job, in: database)
        )
    }

    private static func unfinishedPlanJobs(before job: Job, in database: Database) throws -> [JobID] {
        guard let plan = job.planID, let index = job.planStepIndex else { return [] }
        return try String.fetchAll(
            database,
            sql: """
                SELECT job_id FROM jobs WHERE tenant_id = ? AND plan_id = ? AND plan_step_index < ?
                    AND status <> 'COMPLETED' ORDER BY plan_step_index, job_id LIMIT 10
                """,
            arguments: [job.tenantID, plan, index]
        ).map { JobID($0) }
    }

    private func write(_ revision: JobRevision, in database: Database) throws {
        let job = revision.job
        if revision.deletes {
            try database.execute(sql: "DELETE FROM jobs WHERE job_id = ?", arguments: [job.id.rawValue])
        } else {
            try JobRecord.revise(job, in: database)
            for step in revision.steps { try StepRecord.update(step, in: database) }
            for renewal in revision.renewedItems { try Self.renewItems(of: job.id, renewal, in: database) }
            for step in revision.forgottenSteps {
                try database.execute(
                    sql: "DELETE FROM variables WHERE job_id = ? AND made_by = ?",
                    arguments: [job.id.rawValue, step.rawValue]
                )
            }
            if revision.forgetsStepVariables {
                try database.execute(
                    sql: "DELETE FROM variables WHERE job_id = ? AND made_by IS NOT NULL",
                    arguments: [job.id.rawValue]
                )
            }
            if let reason = revision.losesLiveAttempts {
                try database.execute(
                    sql: """
                        UPDATE attempts SET state = 'lost', ended_at = ?, error_message = ?
                        WHERE job_id = ? AND state = 'running'
                        """,
                    arguments: [job.updatedAt.milliseconds, reason, job.id.rawValue]
                )
            }
            for asset in revision.assets { try AssetRecord.insert(asset, into: database, bytes: blobs) }
            if let task = revision.linkedTask { try TaskRecord.set(task, in: database) }
            if let task = revision.unlinkedTask { try TaskRecord.remove(task, of: job.id, in: database) }
        }
        try EventRecord.append(revision.events, to: database)
    }
}

/// A job that a runner holds, or held when it died.
package struct DrivenJob: Sendable, Hashable {
    package let id: JobID
    package let batchID: BatchID?
    /// What its running attempt was started with, or what its batch wants; nil when nobody knows.
    package let sandbox: SandboxLevel?
}
