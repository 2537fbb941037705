internal import Crypto
internal import GRDB
package import LockstepJSON
package import LockstepModel

/// A definition as jobs are pinned to it: its canonical form under the SHA-256 of that form.
package struct StoredDefinition: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case workflow
        case tool
    }

    package let kind: Kind
    /// The workflow's or tool's id.
    package let id: String
    package let content: JSONValue
    /// 64 lower-case hexadecimal digits.
    package let digest: String
    package let createdAt: Instant

    package init(kind: Kind, id: String, content: JSONValue, createdAt: Instant) {
        self.kind = kind
        self.id = id
        self.content = content
        self.createdAt = createdAt
        digest = HexDigest.sha256(JSONWriter.bytes(content, style: .canonical))
    }

    func insert(into database: Database) throws {
        try database.cachedStatement(
            sql:
                "INSERT OR IGNORE INTO definitions (digest, kind, definition_id, content, created_at) VALUES (?,?,?,?,?)"
        ).execute(
            arguments: [
                digest, kind.rawValue, id, JSONWriter.text(content, style: .canonical), createdAt.milliseconds,
            ]
        )
    }
}

/// SHA-256 written as 64 lower-case hexadecimal digits.
package enum HexDigest {
    package static func sha256(_ bytes: some Sequence<UInt8>) -> String {
        text(SHA256.hash(data: Array(bytes)))
    }

    package static func text(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in digest {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
