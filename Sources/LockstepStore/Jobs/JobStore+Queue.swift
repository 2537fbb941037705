internal import GRDB
package import LockstepModel

/// Jobs that wait for a worker of the service.
extension JobStore {
    /// The tenants that have such jobs.
    package func enqueuedTenants() async throws(StoreError) -> [String] {
        try await database.read { database in
            try String.fetchAll(database.cachedStatement(sql: Self.enqueuedTenants))
        }
    }

    /// Without its name, other indexes of tenants and states look as good as the small one.
    static let enqueuedTenants = """
        SELECT DISTINCT tenant_id FROM jobs INDEXED BY jobs_waiting WHERE state = 'queued' AND enqueued_at IS NOT NULL
        ORDER BY tenant_id
        """

    static let enqueuedJobs = """
        SELECT job_id, user_id FROM jobs INDEXED BY jobs_waiting
        WHERE state = 'queued' AND enqueued_at IS NOT NULL AND tenant_id = ? ORDER BY enqueued_at, job_id LIMIT ?
        """

    /// Those of a tenant that have waited longest, with whom they belong to.
    package func enqueuedJobs(tenant: String, limit: Int) async throws(StoreError) -> [EnqueuedJob] {
        try await database.read { database in
            try database.rows(Self.enqueuedJobs, [tenant, limit]) {
                EnqueuedJob(id: JobID(try $0.text("job_id")), userID: try $0.text("user_id"))
            }
        }
    }
}

/// A job that waits for a worker.
package struct EnqueuedJob: Sendable, Hashable {
    package let id: JobID
    package let userID: String
}
