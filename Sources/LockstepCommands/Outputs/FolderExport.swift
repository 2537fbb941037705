internal import LockstepJSON
internal import LockstepModel

/// Writes files into a folder, and beside them an index that says what they are.
struct FolderExport {
    /// Absolute; made when it is not there.
    let root: String
    /// Whether files that are there are replaced.
    let replaces: Bool
    let isJSON: Bool

    /// A file, and where it goes below the folder.
    struct Entry<File> {
        let path: String
        let file: File
    }

    /// Writes everything, and tells the person how much it was.
    ///
    /// - Parameters:
    ///   - index: The name of the index, which no file may have, and its content.
    ///   - source: Absolute path of a file's bytes.
    /// - Throws: `VALIDATION_ERROR`, and nothing is written, when something is there already and must not be replaced.
    func write<File>(
        _ files: [Entry<File>],
        index: (name: String, content: [UInt8]),
        source: (File) async throws -> String
    ) async throws {
        let console = Console.standard
        let paths = files.map(\.path) + [index.name]
        let present = paths.filter { FileCopy.exists("\(root)/\($0)") }
        guard replaces || present.isEmpty else {
            throw CommandFailure(
                .validationError,
                "\(root.onOneLine) has \(present.prefix(5).joined(separator: ", "))\(present.count > 5 ? " and more" : "") "
                    + "already and was left as it is. Give another folder, or --force."
            )
        }
        try FileCopy.makeFolder(root)
        for entry in files {
            var folder = root
            // By scalars: a name may begin with a mark that makes one character of it and the slash.
            for part in entry.path.unicodeScalars.split(separator: "/").dropLast() {
                folder += "/\(String(part))"
                try FileCopy.makeFolder(folder)
            }
            try FileCopy.copy(try await source(entry.file), to: "\(root)/\(entry.path)", replaces: replaces)
        }
        try FileCopy.write(index.content, to: "\(root)/\(index.name)", replaces: replaces)
        if isJSON {
            return try console.print(["folder": .string(root), "files": .array(paths.map { .string($0) })])
        }
        console.note("Wrote \(paths.count) file\(paths.count == 1 ? "" : "s") to \(root).")
    }
}
