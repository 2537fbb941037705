package import LockstepJSON

/// The value of a variable of type `file`: bytes in the asset store and the name they came with.
///
/// In JSON it is seed 002's object, with what is known of the bytes beside it:
/// `{"file_id": "file_…", "name": "Q4_2023_Report.pdf", "mime_type": "application/pdf", "file_size": 12, "sha256": "…"}`.
package struct FileValue: Sendable, Hashable {
    package let assetID: AssetID
    /// The last component of the path that the bytes came from.
    package let name: String
    package let mimeType: String
    package let size: Int64
    /// SHA-256 of the bytes, 64 lower-case hexadecimal digits.
    package let sha256: String

    package init(assetID: AssetID, name: String, mimeType: String, size: Int64, sha256: String) {
        self.assetID = assetID
        self.name = name
        self.mimeType = mimeType
        self.size = size
        self.sha256 = sha256
    }

    package init?(json: JSONValue) {
        guard let id = json["file_id"]?.stringValue, let name = json["name"]?.stringValue,
            let mimeType = json["mime_type"]?.stringValue, let size = json["file_size"]?.integerValue,
            let sha256 = json["sha256"]?.stringValue
        else { return nil }
        self.init(assetID: AssetID(id), name: name, mimeType: mimeType, size: size, sha256: sha256)
    }

    package var json: JSONValue {
        [
            "file_id": .string(assetID.rawValue), "name": .string(name), "mime_type": .string(mimeType),
            "file_size": .integer(size), "sha256": .string(sha256),
        ]
    }
}
