internal import Glibc
package import LockstepModel

/// The secrets of a project's webhooks: one file each that only its owner may read, in a folder of the same kind.
package struct WebhookSecrets: Sendable {
    private let folder: PrivateFolder

    /// - Parameter stateFolder: Absolute; the folder inside is made when the first secret is kept.
    package init(stateFolder: String) {
        folder = PrivateFolder(path: stateFolder + "/webhooks")
    }

    /// Absolute path of a webhook's secret.
    package func path(of id: WebhookID) -> String { folder.path(of: name(of: id)) }

    /// Keeps a new webhook's secret durably.
    package func keep(_ secret: WebhookSecret, of id: WebhookID) throws(StoreError) {
        try folder.write(Array(secret.revealed.utf8), to: name(of: id), replaces: false)
    }

    /// - Throws: `STORAGE_ERROR` when it is gone, cannot be read, could be read by others or is none.
    package func secret(of id: WebhookID) throws(StoreError) -> WebhookSecret {
        let bytes: [UInt8]
        do throws(PrivateFolder.Problem) {
            bytes = try folder.read(name(of: id), limit: 2048).bytes
        } catch {
            let reason =
                switch error {
                case .missing: String(cString: strerror(ENOENT))
                case .unsafe(let problem): problem
                case .system(let code): String(cString: strerror(code))
                }
            throw StoreError(
                .storageError,
                "The secret of \(id) cannot be read: \(reason). Remove the webhook and add it again.",
                cause: reason
            )
        }
        return try WebhookSecret(bytes)
    }

    /// Removes a secret; nothing happens when there is none.
    package func remove(of id: WebhookID) {
        _ = try? folder.remove(name(of: id))
    }

    private func name(of id: WebhookID) -> String { "\(id.rawValue).secret" }
}
