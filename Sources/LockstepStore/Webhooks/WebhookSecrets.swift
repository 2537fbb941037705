internal import Glibc
package import LockstepModel

/// The secrets of a project's webhooks: one file each that only its owner may read, in a folder of the same kind.
package struct WebhookSecrets: Sendable {
    private let folder: String

    /// - Parameter stateFolder: Absolute; the folder inside is made when the first secret is kept.
    package init(stateFolder: String) {
        folder = stateFolder + "/webhooks"
    }

    /// Absolute path of a webhook's secret.
    package func path(of id: WebhookID) -> String { "\(folder)/\(id.rawValue).secret" }

    /// Keeps a new webhook's secret durably.
    package func keep(_ secret: WebhookSecret, of id: WebhookID) throws(StoreError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST, chmod(folder, 0o700) == 0 else { throw failure(folder) }
        let path = path(of: id)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        let bytes = Array(secret.revealed.utf8)
        let isWritten = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count
        guard isWritten, fchmod(file, 0o600) == 0, fsync(file) == 0 else {
            let error = failure(path)
            unlink(path)
            throw error
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure(folder) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure(folder) }
    }

    /// - Throws: `STORAGE_ERROR` when it is gone, cannot be read or is none.
    package func secret(of id: WebhookID) throws(StoreError) -> WebhookSecret {
        let path = path(of: id)
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            throw StoreError(
                .storageError,
                "The secret of \(id) cannot be read: \(reason). Remove the webhook and add it again.",
                cause: reason
            )
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        return try WebhookSecret(Array(bytes.prefix(max(0, count))))
    }

    /// Removes a secret; nothing happens when there is none.
    package func remove(of id: WebhookID) {
        unlink(path(of: id))
    }

    private func failure(_ path: String) -> StoreError {
        let reason = String(cString: strerror(errno))
        return errno == ENOSPC || errno == EDQUOT
            ? StoreError(
                .storageFull,
                "The disk is full: there is no room for \(path). Free some space.",
                cause: reason
            )
            : StoreError(
                .storageError,
                "\(path) cannot be written: \(reason). Check who owns the state folder.",
                cause: reason
            )
    }
}
