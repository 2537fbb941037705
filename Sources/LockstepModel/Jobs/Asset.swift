package import LockstepJSON

/// Bytes that a job took in or made, and what is known of them. Never without its bytes, nor without its job.
package struct Asset: Sendable, Hashable {
    package var id: AssetID
    package var jobID: JobID
    /// The step that made it; nil for an input.
    package var stepID: StepID?
    package var attemptID: AttemptID?
    package var userID: String
    package var tenantID: String
    /// What it is for people: `input`, `text`, `image`, …
    package var assetType: String
    /// The file's name without folders.
    package var name: String
    /// The tool output, or the input variable, that it is the value of.
    package var outputName: String?
    package var mimeType: String
    package var size: Int64
    package var sha256: String
    /// Relative to the state folder.
    package var storagePath: String
    package var createdAt: Instant

    package init(
        id: AssetID,
        jobID: JobID,
        stepID: StepID? = nil,
        attemptID: AttemptID? = nil,
        userID: String,
        tenantID: String,
        assetType: String,
        name: String,
        outputName: String? = nil,
        mimeType: String,
        size: Int64,
        sha256: String,
        storagePath: String,
        createdAt: Instant
    ) {
        self.id = id
        self.jobID = jobID
        self.stepID = stepID
        self.attemptID = attemptID
        self.userID = userID
        self.tenantID = tenantID
        self.assetType = assetType
        self.name = name
        self.outputName = outputName
        self.mimeType = mimeType
        self.size = size
        self.sha256 = sha256
        self.storagePath = storagePath
        self.createdAt = createdAt
    }

    package var fileValue: FileValue {
        FileValue(assetID: id, name: name, mimeType: mimeType, size: size, sha256: sha256)
    }

    package var json: JSONValue {
        var object: JSONObject = ["asset_id": .string(id.rawValue), "job_id": .string(jobID.rawValue)]
        object["step_id"] = stepID.map { .string($0.rawValue) }
        object["attempt_id"] = attemptID.map { .string($0.rawValue) }
        object["output"] = outputName.map { .string($0) }
        object["asset_type"] = .string(assetType)
        object["name"] = .string(name)
        object["mime_type"] = .string(mimeType)
        object["file_size"] = .integer(size)
        object["sha256"] = .string(sha256)
        object["storage_path"] = .string(storagePath)
        object["user_id"] = .string(userID)
        object["tenant_id"] = .string(tenantID)
        object["created_at"] = createdAt.json
        return .object(object)
    }
}
