internal import Glibc
internal import LockstepJSON
package import LockstepModel

/// The secrets of a project: one file each, mode 0600, in the folder `secrets` of the state folder; never in the database.
package struct SecretStore: Sendable {
    private let folder: PrivateFolder

    /// A value written as JSON takes at most six bytes for one.
    private static let fileLimit = 7 * SecretValue.sizeLimit

    /// A secret as it is kept.
    package struct Entry: Sendable {
        package var name: String
        /// When it was set last.
        package var setAt: Instant
        package var source: SecretSource
    }

    /// - Parameter stateFolder: Absolute; the folder inside is made when the first secret is kept.
    package init(stateFolder: String) {
        folder = PrivateFolder(path: stateFolder + "/secrets")
    }

    /// The names of all secrets, sorted, whether they can be read or not.
    package func names() -> [String] {
        folder.names().filter { SecretName.problem(of: $0) == nil }
    }

    /// Keeps a secret durably, in place of an earlier one of the name.
    package func set(_ name: String, to source: SecretSource) throws(StoreError) {
        var object: JSONObject = ["source": .string(source.kind)]
        switch source {
        case .value(let value): object["value"] = .string(value.revealed)
        case .environment(let variable): object["variable"] = .string(variable)
        case .command(let words): object["command"] = .array(words.map { .string($0) })
        }
        try folder.write(JSONWriter.bytes(.object(object)), to: name, replaces: true)
    }

    /// - Returns: False when there was none.
    package func remove(_ name: String) throws(StoreError) -> Bool {
        try folder.remove(name)
    }

    /// - Returns: Nil when there is no secret of the name.
    /// - Throws: A file that others could have read or written, or that is no secret, is refused.
    package func entry(_ name: String) throws(SecretProblem) -> Entry? {
        do throws(PrivateFolder.Problem) {
            let (bytes, modified) = try folder.read(name, limit: Self.fileLimit)
            guard let source = Self.source(bytes) else {
                throw .unsafe("\(folder.path(of: name)) is not what this program wrote; set the secret again")
            }
            return Entry(name: name, setAt: Instant(milliseconds: modified), source: source)
        } catch {
            switch error {
            case .missing: return nil
            case .unsafe(let problem): throw SecretProblem("cannot be used: \(problem)")
            case .system(let code):
                throw SecretProblem(
                    "cannot be read: \(String(cString: strerror(code))); check who owns \(folder.path)"
                )
            }
        }
    }

    private static func source(_ bytes: [UInt8]) -> SecretSource? {
        guard let json = try? JSONValue(parsing: bytes) else { return nil }
        switch json["source"]?.stringValue {
        case "value":
            guard let text = json["value"]?.stringValue,
                let value = try? SecretValue(Array(text.utf8), isExact: true)
            else { return nil }
            return .value(value)
        case "environment": return json["variable"]?.stringValue.map { .environment($0) }
        case "command":
            let words = json["command"]?.arrayValue?.compactMap(\.stringValue) ?? []
            return words.isEmpty ? nil : .command(words)
        default: return nil
        }
    }
}
