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
    /// Where the bytes can be read, as seed 003 means it; nil until whoever hands the asset out says so. Never stored.
    package var url: String?
    package var createdAt: Instant
    /// The asset that was made when the step ran, when this one was taken over from an earlier job.
    package var reusedFrom: AssetID?

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
        url: String? = nil,
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
        self.url = url
        self.createdAt = createdAt
    }

    package var fileValue: FileValue {
        FileValue(assetID: id, name: name, mimeType: mimeType, size: size, sha256: sha256)
    }

    /// Every field of the jobs document, null where there is no value, and the `output` that it is the value of.
    package var json: JSONValue {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        var object: JSONObject = [
            "id": .string(id.rawValue), "job_id": .string(jobID.rawValue), "step_id": text(stepID?.rawValue),
            "attempt_id": text(attemptID?.rawValue), "user_id": .string(userID), "tenant_id": .string(tenantID),
            "asset_type": .string(assetType), "name": .string(name), "output": text(outputName),
            "mime_type": .string(mimeType), "file_size": .integer(size), "sha256": .string(sha256),
            "storage_path": .string(storagePath), "url": text(url), "created_at": createdAt.json,
        ]
        if let reusedFrom { object["reused_from"] = .string(reusedFrom.rawValue) }
        return .object(object)
    }
}
