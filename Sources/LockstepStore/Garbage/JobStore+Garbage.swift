internal import GRDB
package import LockstepModel

/// Which settled jobs lose their assets; everything that is given must be true.
package struct CollectionQuery: Sendable, Hashable {
    /// Jobs that ended before.
    package let settledBefore: Instant
    package var workflow: WorkflowID?
    /// Nil means any.
    package var tenant: String?

    package init(settledBefore: Instant, workflow: WorkflowID? = nil, tenant: String? = nil) {
        self.settledBefore = settledBefore
        self.workflow = workflow
        self.tenant = tenant
    }

    /// What a row of `jobs` must be.
    var conditions: SQLConditions {
        var conditions = SQLConditions()
        // Only settled jobs have this time; the schema says so.
        conditions.add("jobs.completed_at < ?", [settledBefore.milliseconds])
        if let workflow { conditions.add("jobs.workflow_id = ?", [workflow.rawValue]) }
        if let tenant { conditions.add("jobs.tenant_id = ?", [tenant]) }
        return conditions
    }
}

/// Garbage collection, as far as rows are concerned.
extension JobStore {
    /// Jobs that have assets to lose, oldest first, at most 200 after another one.
    package func collectableJobs(_ query: CollectionQuery, after last: JobID?) async throws(StoreError) -> [JobID] {
        try await database.read { database in
            var conditions = query.conditions
            conditions.add("jobs.job_id > ?", [last?.rawValue ?? ""])
            return try String.fetchAll(
                database,
                sql: """
                    SELECT job_id FROM jobs WHERE \(conditions.sql)
                        AND EXISTS (SELECT 1 FROM assets WHERE assets.job_id = jobs.job_id)
                    ORDER BY job_id LIMIT 200
                    """,
                arguments: conditions.arguments
            ).map { JobID($0) }
        }
    }

    /// What a job would lose; nil when it is no longer one that the query means.
    package func collectableAssets(
        of id: JobID,
        _ query: CollectionQuery
    ) async throws(StoreError) -> CollectedJob? {
        try await database.read { database in try Self.collectable(id, query, database) }
    }

    /// Removes the rows of a settled job's assets, together with the event that says which they were.
    ///
    /// - Parameter event: What to log.
    /// - Returns: What the job has lost; nil when it is no longer one that the query means.
    package func collectAssets(
        of id: JobID,
        _ query: CollectionQuery,
        event: @escaping @Sendable (CollectedJob, _ tenant: String) -> Event
    ) async throws(StoreError) -> CollectedJob? {
        try await database.write { database in
            guard let found = try Self.collectable(id, query, database), let first = found.assets.first else {
                return nil
            }
            try database.execute(sql: "DELETE FROM assets WHERE job_id = ?", arguments: [id.rawValue])
            try EventRecord.append([event(found, first.tenantID)], to: database)
            return found
        }
    }

    private static func collectable(_ id: JobID, _ query: CollectionQuery, _ database: Database) throws -> CollectedJob?
    {
        var conditions = query.conditions
        conditions.add("job_id = ?", [id.rawValue])
        guard
            let row = try Row.fetchOne(
                database,
                sql: "SELECT name, workflow_id, completed_at FROM jobs WHERE \(conditions.sql)",
                arguments: conditions.arguments
            )
        else { return nil }
        let assets = try Row.fetchAll(
            database,
            sql: "SELECT * FROM assets WHERE job_id = ? ORDER BY asset_id",
            arguments: [id.rawValue]
        ).map { try AssetRecord.asset(from: $0) }
        guard !assets.isEmpty else { return nil }
        return CollectedJob(
            jobID: id,
            name: try row.text("name"),
            workflowID: (row["workflow_id"] as String?).map { WorkflowID($0) },
            completedAt: try row.instant("completed_at"),
            assets: assets
        )
    }

    /// Those of some jobs that have no row.
    package func unknownJobs(_ ids: [JobID]) async throws(StoreError) -> [JobID] {
        try await database.read { database in
            let statement = try database.makeStatement(sql: "SELECT 1 FROM jobs WHERE job_id = ?")
            return try ids.filter { try Row.fetchOne(statement, arguments: [$0.rawValue]) == nil }
        }
    }

    /// Those of some contents that no asset refers to; assets of jobs that a query means do not count.
    func unreferenced(
        _ entries: [BlobStore.Entry],
        ignoring query: CollectionQuery?
    ) async throws(StoreError) -> [BlobStore.Entry] {
        try await database.read { database in
            var conditions = SQLConditions()
            if let query { conditions = query.conditions }
            let sql =
                query == nil
                ? "SELECT 1 FROM assets WHERE sha256 = ? LIMIT 1"
                : """
                SELECT 1 FROM assets JOIN jobs USING (job_id)
                WHERE sha256 = ? AND NOT coalesce(\(conditions.sql), 0) LIMIT 1
                """
            let statement = try database.makeStatement(sql: sql)
            return try entries.filter { entry in
                try Row.fetchOne(statement, arguments: [entry.sha256] + conditions.arguments) == nil
            }
        }
    }

    /// Removes those of some contents that still nobody refers to, while nobody can begin to.
    ///
    /// - Returns: What was removed.
    func discard(_ entries: [BlobStore.Entry], storedBefore limit: Instant) async throws(StoreError) -> GarbageAmount {
        try await database.write { database in
            let statement = try database.makeStatement(sql: "SELECT 1 FROM assets WHERE sha256 = ? LIMIT 1")
            var amount = GarbageAmount()
            for entry in entries where try Row.fetchOne(statement, arguments: [entry.sha256]) == nil {
                if let size = try blobs.discard(entry.sha256, storedBefore: limit) { amount.add(bytes: size) }
            }
            return amount
        }
    }

    /// Puts back what a process that died left in the trash.
    func restoreTrash() async throws(StoreError) {
        try await database.write { _ in
            for entry in blobs.trashed() { blobs.restore(entry) }
        }
    }

    /// Contents that rows refer to and that are not there.
    func missingBlobs() async throws(StoreError) -> [String] {
        try await database.read { database in
            let contents = try String.fetchCursor(database, sql: "SELECT DISTINCT sha256 FROM assets ORDER BY sha256")
            var missing: [String] = []
            while let sha256 = try contents.next() {
                if !blobs.contains(sha256) { missing.append(sha256) }
            }
            return missing
        }
    }

    /// The assets with a content, at most ten.
    func assets(withContent sha256: String) async throws(StoreError) -> [Asset] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM assets WHERE sha256 = ? ORDER BY asset_id LIMIT 10",
                arguments: [sha256]
            ).map { try AssetRecord.asset(from: $0) }
        }
    }
}
