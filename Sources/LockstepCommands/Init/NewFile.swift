internal import Glibc
internal import LockstepModel

/// Writes files, as a rule only those that were not there before.
enum NewFile {
    /// Writes a file and makes the folders above it.
    ///
    /// - Parameter replaces: Whether a file may be there, which is then replaced as a whole; otherwise that is an error.
    static func write(
        _ content: String,
        to path: String,
        isExecutable: Bool,
        replaces: Bool = false
    ) throws(CommandFailure) {
        guard replaces else { return try create(content, path, isExecutable: isExecutable) }
        let new = "\(path).\(getpid()).new"
        try create(content, new, isExecutable: isExecutable)
        guard rename(new, path) != 0 else { return }
        let problem = failure("\(path.onOneLine) cannot be written")
        unlink(new)
        throw problem
    }

    private static func create(_ content: String, _ path: String, isExecutable: Bool) throws(CommandFailure) {
        var above = path.split(separator: "/").dropLast().reduce(into: [String]()) { folders, name in
            folders.append((folders.last ?? "") + "/" + name)
        }
        above.removeAll { FileCopy.isFolder($0) }
        for folder in above where mkdir(folder, 0o777) != 0 && errno != EEXIST {
            throw failure("The folder \(folder.onOneLine) cannot be made")
        }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isExecutable ? 0o777 : 0o666)
        guard file >= 0 else { throw failure("\(path.onOneLine) cannot be written") }
        defer { close(file) }
        var rest = Array(content.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("\(path.onOneLine) cannot be written") }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ what: String) -> CommandFailure {
        CommandFailure(
            errno == ENOSPC ? .storageFull : .validationError,
            "\(what): \(String(cString: strerror(errno))). Give a folder that you may write to.",
            status: .failed
        )
    }
}
