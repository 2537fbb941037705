internal import Glibc
internal import LockstepDefinitions
internal import LockstepJSON

/// The schemas that a project keeps for editors.
enum SchemaFiles {
    /// Writes the schemas of all kinds, each as a whole or not at all.
    ///
    /// - Parameter root: Absolute path of the project.
    /// - Returns: The files, relative to the project.
    static func write(_ registry: EditorRegistry, to root: String) throws(CommandFailure) -> [String] {
        for kind in EditorSchema.Kind.allCases {
            let text = EditorSchema.text(of: kind, in: registry)
            try NewFile.write(text, to: "\(root)/\(kind.path)", isExecutable: false, replaces: true)
        }
        return EditorSchema.Kind.allCases.map(\.path)
    }

    /// Those that are there and are not what the project's files give now, relative to the project.
    ///
    /// - Parameter root: Absolute path of the project.
    static func stale(against registry: EditorRegistry, in root: String) -> [String] {
        EditorSchema.Kind.allCases.filter { isStale($0, registry, "\(root)/\($0.path)") }.map(\.path)
    }

    private static func isStale(_ kind: EditorSchema.Kind, _ registry: EditorRegistry, _ path: String) -> Bool {
        // O_NONBLOCK: opening a FIFO must not wait for a writer.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let text = Array(EditorSchema.text(of: kind, in: registry).utf8)
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == text.count else {
            return true
        }
        var content = [UInt8](repeating: 0, count: text.count)
        var count = 0
        while count < content.count {
            let got = content.withUnsafeMutableBytes {
                read(file, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return true }
            count += got
        }
        return content != text
    }

    static func json(_ files: [String]) -> JSONValue { .array(files.map { .string($0) }) }
}
