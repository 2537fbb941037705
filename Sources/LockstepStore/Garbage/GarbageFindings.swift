package import LockstepJSON
package import LockstepModel

/// A number of things and what they take on the disk.
package struct GarbageAmount: Sendable, Hashable {
    package var count: Int64 = 0
    package var bytes: Int64 = 0

    package init() {}

    package mutating func add(bytes size: Int64) {
        count += 1
        bytes += size
    }

    package static func + (one: GarbageAmount, other: GarbageAmount) -> GarbageAmount {
        var sum = one
        sum.count += other.count
        sum.bytes += other.bytes
        return sum
    }

    package var json: JSONValue { ["count": .integer(count), "bytes": .integer(bytes)] }
}

/// The assets that a settled job loses, or has lost.
package struct CollectedJob: Sendable {
    package let jobID: JobID
    package let name: String
    package let workflowID: WorkflowID?
    package let completedAt: Instant
    package let assets: [Asset]

    package var bytes: Int64 { assets.reduce(0) { $0 + $1.size } }

    package var json: JSONValue {
        [
            "job_id": .string(jobID.rawValue), "name": .string(name),
            "workflow_id": workflowID.map { .string($0.rawValue) } ?? .null, "completed_at": completedAt.json,
            "bytes": .integer(bytes), "assets": .array(assets.map(\.traces)),
        ]
    }
}

extension Asset {
    /// What stays known of an asset whose row and bytes are gone.
    package var traces: JSONValue {
        [
            "asset_id": .string(id.rawValue), "name": .string(name), "asset_type": .string(assetType),
            "mime_type": .string(mimeType), "file_size": .integer(size), "sha256": .string(sha256),
            "step_id": stepID.map { .string($0.rawValue) } ?? .null, "output": outputName.map { .string($0) } ?? .null,
        ]
    }
}

/// Bytes of an asset that are not what they should be.
package struct BlobDamage: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// A row refers to bytes that are not there.
        case missing
        /// The bytes are not those that the name of their file says.
        case damaged
    }

    package let kind: Kind
    package let sha256: String
    /// Those that refer to it, at most ten.
    package let assets: [Asset]

    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "sha256": .string(sha256),
            "assets": .array(
                assets.map { asset in
                    [
                        "asset_id": .string(asset.id.rawValue), "job_id": .string(asset.jobID.rawValue),
                        "name": .string(asset.name), "file_size": .integer(asset.size),
                    ]
                }
            ),
        ]
    }
}
