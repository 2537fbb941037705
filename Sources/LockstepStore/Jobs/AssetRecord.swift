internal import GRDB
internal import LockstepModel

/// An asset as a row of `assets`.
enum AssetRecord {
    /// - Throws: `STORAGE_ERROR` when the asset store has not its bytes: a row never exists without them.
    static func insert(_ asset: Asset, into database: Database, bytes blobs: BlobStore) throws {
        guard blobs.contains(asset.sha256) else {
            throw StoreError(
                .storageError,
                "The bytes of \(asset.name) are not in the asset store, so nothing was recorded. Do it again."
            )
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO assets (asset_id, job_id, step_id, attempt_id, user_id, tenant_id, asset_type, name,
                    output_name, mime_type, file_size, sha256, storage_path, created_at,
                    reused_from)
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                """
        ).execute(
            arguments: [
                asset.id.rawValue, asset.jobID.rawValue, asset.stepID?.rawValue, asset.attemptID?.rawValue,
                asset.userID, asset.tenantID, asset.assetType, asset.name, asset.outputName, asset.mimeType,
                asset.size, asset.sha256, asset.storagePath, asset.createdAt.milliseconds,
                asset.reusedFrom?.rawValue,
            ]
        )
    }

    static func asset(from row: Row) throws -> Asset {
        var asset = Asset(
            id: AssetID(try row.text("asset_id")),
            jobID: JobID(try row.text("job_id")),
            stepID: (row["step_id"] as String?).map { StepID($0) },
            attemptID: (row["attempt_id"] as String?).map { AttemptID($0) },
            userID: try row.text("user_id"),
            tenantID: try row.text("tenant_id"),
            assetType: try row.text("asset_type"),
            name: try row.text("name"),
            outputName: row["output_name"],
            mimeType: try row.text("mime_type"),
            size: try row.integer("file_size"),
            sha256: try row.text("sha256"),
            storagePath: try row.text("storage_path"),
            createdAt: try row.instant("created_at")
        )
        asset.reusedFrom = (row["reused_from"] as String?).map { AssetID($0) }
        return asset
    }
}
