internal import Glibc
internal import LockstepJSON
internal import LockstepModel

/// A file that a command reads whole; `-` means standard input.
enum ContentArgument {
    /// The most that is read.
    private static let limit = ByteCount.mebibytes(32)

    /// - Throws: `VALIDATION_ERROR` for what cannot be read, is no file, or is too large.
    static func bytes(_ path: String) throws(CommandFailure) -> [UInt8] {
        let isInput = path == "-"
        let name = isInput ? "standard input" : path.onOneLine
        // A FIFO that nobody writes to must not hold the command up.
        let file = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw failure("\(name) cannot be read: \(String(cString: strerror(errno))).") }
        defer { if !isInput { close(file) } }
        var found = stat()
        if !isInput, fstat(file, &found) == 0, found.st_mode & S_IFMT != S_IFREG {
            throw failure("\(name) is no regular file.")
        }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count == 0 { return content }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("\(name) could not be read to its end: \(String(cString: strerror(errno))).")
            }
            content += chunk[..<count]
            guard content.count <= limit.bytes else {
                throw failure("\(name) is larger than \(limit), the most that is taken here.")
            }
        }
    }

    /// An object given as JSON text, or as `@FILE`.
    ///
    /// - Parameter field: What messages call it.
    static func object(_ text: String, _ field: String) throws(CommandFailure) -> JSONObject {
        let content = text.hasPrefix("@") ? try bytes(String(text.dropFirst())) : Array(text.utf8)
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: content)
        } catch {
            throw failure("\(field) is no JSON: \(error).", field)
        }
        guard let object = value.objectValue else {
            throw failure("\(field) must be a JSON object, such as {\"pages\": 3}.", field)
        }
        return object
    }

    private static func failure(_ message: String, _ field: String? = nil) -> CommandFailure {
        CommandFailure(
            .validationError,
            "\(message) Nothing was changed.",
            fields: field.map { [FieldError(field: $0, message: message)] } ?? []
        )
    }
}
