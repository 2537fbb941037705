internal import Glibc
internal import LockstepModel
internal import LockstepStore

/// Reads the secret that `--secret-file` names.
enum SecretReader {
    /// - Parameter path: `-` is standard input.
    /// - Throws: `VALIDATION_ERROR`; the message does not repeat what the file holds.
    static func read(_ path: String) throws(CommandFailure) -> WebhookSecret {
        let name = path == "-" ? "standard input" : path.onOneLine
        let file = path == "-" ? STDIN_FILENO : Glibc.open(ProcessEnvironment.absolute(path), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(name) }
        defer { if file != STDIN_FILENO { close(file) } }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 2048)
        while bytes.count <= 2048 {
            let count = piece.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(name) }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        do throws(StoreError) {
            return try WebhookSecret(bytes)
        } catch {
            throw CommandFailure(error.code, error.message)
        }
    }

    private static func failure(_ name: String) -> CommandFailure {
        CommandFailure(.validationError, "The secret in \(name) cannot be read: \(String(cString: strerror(errno))).")
    }
}
