internal import GRDB
package import LockstepJSON
package import LockstepModel

/// A fingerprint that a step gets, or loses.
package struct FingerprintChange: Sendable {
    package var sequenceNumber: Int
    package var tenantID: String
    /// Nil removes it: nobody knows any more what the result depends on.
    package var fingerprint: StepFingerprint?

    package init(sequenceNumber: Int, tenantID: String, fingerprint: StepFingerprint?) {
        self.sequenceNumber = sequenceNumber
        self.tenantID = tenantID
        self.fingerprint = fingerprint
    }
}

/// A step that has completed, with all that it made.
package struct CompletedStep: Sendable {
    /// The step that ran; another one than the found step when that one had not run itself.
    package let origin: StepOrigin
    /// By tool output.
    package let outputs: JSONObject
    /// Those that the outputs name.
    package let assets: [Asset]
    /// Whether everything that the outputs name is still there.
    package let isWhole: Bool
}

/// A step that may be compared with another one.
package struct EarlierStep: Sendable {
    package let jobID: JobID
    package let fingerprint: StepFingerprint
}

/// Whose jobs count when results are looked for.
package struct ReuseScope: Sendable {
    package let tenantID: String
    /// In a private tenant only jobs that this user made; nil for all.
    package let owner: String?

    package init(tenantID: String, owner: String?) {
        self.tenantID = tenantID
        self.owner = owner
    }
}

/// Fingerprints of steps, and finding steps by them.
extension JobStore {
    /// Completed steps with a fingerprint, the newest first, at most ten.
    ///
    /// - Parameter instant: Only those that had completed by then.
    package func completedSteps(
        withFingerprint digest: String,
        in scope: ReuseScope,
        by instant: Instant
    ) async throws(StoreError) -> [CompletedStep] {
        try await database.read { database in
            try database.rows(
                """
                SELECT f.job_id, s.step_id, s.output_data, s.reused_from
                FROM step_fingerprints f JOIN steps s USING (job_id, sequence_number) JOIN jobs j USING (job_id)
                WHERE f.tenant_id = ? AND f.digest = ? AND s.status = 'COMPLETED' AND s.completed_at <= ?
                    AND (?4 IS NULL OR j.user_id = ?4)
                ORDER BY f.job_id DESC LIMIT 10
                """,
                [scope.tenantID, digest, instant.milliseconds, scope.owner]
            ) { row in
                let found = StepOrigin(
                    jobID: JobID(try row.text("job_id")),
                    stepID: StepID(try row.text("step_id"))
                )
                let outputs = try row.optionalJSON("output_data")?.objectValue ?? [:]
                let files = outputs.flatMap { $0.value.fileValues }
                var assets: [Asset] = []
                for file in files {
                    let asset = try database.firstRow(
                        "SELECT * FROM assets WHERE asset_id = ?",
                        [file.assetID.rawValue]
                    ) { try AssetRecord.asset(from: $0) }
                    if let asset, asset.sha256 == file.sha256 { assets.append(asset) }
                }
                return CompletedStep(
                    origin: try row.optionalJSON("reused_from").flatMap { StepOrigin(json: $0) } ?? found,
                    outputs: outputs,
                    assets: assets,
                    isWhole: assets.count == files.count && assets.allSatisfy { blobs.contains($0.sha256) }
                )
            }
        }
    }

    /// The fingerprints of a job's steps, by place of the step.
    package func fingerprints(of id: JobID) async throws(StoreError) -> [Int: StepFingerprint] {
        try await database.read { database in
            let found = try database.rows("SELECT * FROM step_fingerprints WHERE job_id = ?", [id.rawValue]) { row in
                (Int(try row.integer("sequence_number")), try Self.fingerprint(from: row))
            }
            return Dictionary(found, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The nearest job before another one in which a step of the same workflow and name has completed.
    ///
    /// - Parameter instant: Only those that had completed by then.
    package func earlierStep(
        than id: JobID,
        of workflow: WorkflowID,
        _ step: StepID,
        in scope: ReuseScope,
        by instant: Instant
    ) async throws(StoreError) -> EarlierStep? {
        try await database.read { database in
            try database.firstRow(
                """
                SELECT f.* FROM (
                    SELECT job_id FROM jobs WHERE tenant_id = ?1 AND workflow_id = ?2 AND job_id < ?3
                        AND (?4 IS NULL OR user_id = ?4)
                    ORDER BY job_id DESC LIMIT 1000
                ) JOIN steps s USING (job_id) JOIN step_fingerprints f USING (job_id, sequence_number)
                WHERE s.step_id = ?5 AND s.status = 'COMPLETED' AND s.completed_at <= ?6
                ORDER BY job_id DESC LIMIT 1
                """,
                [
                    scope.tenantID, workflow.rawValue, id.rawValue, scope.owner, step.rawValue, instant.milliseconds,
                ]
            ) { row in
                EarlierStep(jobID: JobID(try row.text("job_id")), fingerprint: try Self.fingerprint(from: row))
            }
        }
    }

    static func keep(_ change: FingerprintChange, of id: JobID, in database: Database) throws {
        guard let fingerprint = change.fingerprint else {
            try database.cachedStatement(
                sql: "DELETE FROM step_fingerprints WHERE job_id = ? AND sequence_number = ?"
            ).execute(arguments: [id.rawValue, change.sequenceNumber])
            return
        }
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO step_fingerprints (job_id, sequence_number, tenant_id, digest, parts)
                VALUES (?,?,?,?,?)
                """
        ).execute(
            arguments: [
                id.rawValue, change.sequenceNumber, change.tenantID, fingerprint.digest, fingerprint.partsJSON.column,
            ]
        )
    }

    private static func fingerprint(from row: Row) throws -> StepFingerprint {
        StepFingerprint(digest: try row.text("digest"), partsJSON: try row.json("parts"))
    }
}

extension JSONValue {
    /// The files that an output of a step names.
    package var fileValues: [FileValue] {
        if let items = arrayValue { return items.compactMap { FileValue(json: $0) } }
        return FileValue(json: self).map { [$0] } ?? []
    }
}
