internal import GRDB
package import LockstepJSON
package import LockstepModel

extension JobStore {
    /// The job with all its steps; nil when there is none of this id.
    package func job(_ id: JobID) async throws(StoreError) -> Job? {
        try await database.read { database in
            try JobRecord.job(id, in: database)
        }
    }

    /// Ids of jobs of a tenant that begin or end with a text, newest first, at most ten; all when the text is empty.
    package func jobIDs(matching text: String, tenant: String) async throws(StoreError) -> [JobID] {
        try await database.read { database in
            let escaped = text.map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined()
            return try String.fetchAll(
                database,
                sql: """
                    SELECT job_id FROM jobs WHERE tenant_id = ?
                        AND (job_id LIKE ? || '%' ESCAPE '\\' OR job_id LIKE '%' || ? ESCAPE '\\')
                    ORDER BY job_id DESC LIMIT 10
                    """,
                arguments: [tenant, escaped, escaped]
            ).map { JobID($0) }
        }
    }

    /// One page of a tenant's jobs, newest first, with their steps and without their checkpoints.
    package func jobs(_ query: JobQuery) async throws(StoreError) -> [Job] {
        try await database.read { database in
            let ids = try JobPlan(query).ids(database)
            var chosen = SQLConditions()
            chosen.add("job_id", in: ids)
            var steps: [String: [JobStep]] = [:]
            let stepRows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT * FROM steps WHERE \(chosen.sql) AND sequence_number < \(StepPlace.firstItem)
                    ORDER BY job_id, sequence_number
                    """,
                arguments: chosen.arguments
            )
            while let row = try stepRows.next() {
                steps[row["job_id"], default: []].append(try StepRecord.step(from: row))
            }
            var jobs: [String: Job] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT \(JobRecord.listColumns) FROM jobs WHERE \(chosen.sql)",
                arguments: chosen.arguments
            )
            while let row = try rows.next() {
                let id: String = row["job_id"]
                jobs[id] = try JobRecord.job(from: row, steps: steps[id] ?? [])
            }
            return ids.compactMap { jobs[$0] }
        }
    }

    /// All variables of a job that have a value, by name.
    package func variables(of id: JobID) async throws(StoreError) -> [String: JSONValue] {
        try await database.read { database in
            var values: [String: JSONValue] = [:]
            _ = try database.rows("SELECT name, value FROM variables WHERE job_id = ?", [id.rawValue]) {
                values[try $0.text("name")] = try $0.json("value")
            }
            return values
        }
    }

    /// Inputs, and the variables that some steps have made, by name.
    package func variables(of id: JobID, madeBy steps: Set<StepID>) async throws(StoreError) -> [String: JSONValue] {
        try await database.read { database in
            var values: [String: JSONValue] = [:]
            _ = try database.rows("SELECT name, value, made_by FROM variables WHERE job_id = ?", [id.rawValue]) { row in
                let maker = (row["made_by"] as String?).map { StepID($0) }
                if maker.map(steps.contains) ?? true { values[try row.text("name")] = try row.json("value") }
            }
            return values
        }
    }

    /// In the order they were made.
    package func assets(of id: JobID) async throws(StoreError) -> [Asset] {
        try await database.read { database in
            try database.rows("SELECT * FROM assets WHERE job_id = ? ORDER BY asset_id", [id.rawValue]) {
                try AssetRecord.asset(from: $0)
            }
        }
    }

    /// In the order they were started.
    package func attempts(of id: JobID) async throws(StoreError) -> [Attempt] {
        try await database.read { database in
            try database.rows("SELECT * FROM attempts WHERE job_id = ? ORDER BY sequence_number, number", [id.rawValue])
            {
                try AttemptRecord.attempt(from: $0)
            }
        }
    }

    /// Events of a job after a sequence number, oldest first.
    package func events(of id: JobID, after sequence: Int64) async throws(StoreError) -> [Event] {
        try await database.read { database in
            try database.rows(
                "SELECT * FROM events WHERE job_id = ? AND sequence > ? ORDER BY sequence",
                [id.rawValue, sequence]
            ) { try EventRecord.event(from: $0) }
        }
    }

    /// The canonical definition of this digest; nil when none is stored.
    package func definition(_ digest: String) async throws(StoreError) -> JSONValue? {
        try await database.read { database in
            try database.firstRow("SELECT content FROM definitions WHERE digest = ?", [digest]) {
                try $0.json("content")
            }
        }
    }

    /// All definitions that a job is pinned to, by digest; those of the workflows that it calls are among them.
    package func definitions(of id: JobID) async throws(StoreError) -> [String: JSONValue] {
        try await database.read { database in
            var contents: [String: JSONValue] = [:]
            _ = try database.rows(
                """
                SELECT digest, content FROM definitions WHERE digest IN
                    (SELECT workflow_digest FROM jobs WHERE job_id = ?1
                     UNION SELECT tool_digest FROM steps WHERE job_id = ?1 AND sequence_number < ?2
                     UNION SELECT digest.value FROM jobs, json_tree(jobs.pins) digest
                           WHERE job_id = ?1 AND digest.type = 'text')
                """,
                [id.rawValue, StepPlace.firstItem]
            ) {
                contents[try $0.text("digest")] = try $0.json("content")
            }
            return contents
        }
    }
}
