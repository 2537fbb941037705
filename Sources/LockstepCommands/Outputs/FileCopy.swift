internal import Glibc
internal import LockstepModel

/// Copies bytes out of the asset store.
package enum FileCopy {
    /// A file name that stays inside its folder and harms no terminal, whatever a tool called its file.
    package static func safeName(_ name: String) -> String {
        var safe = ""
        for scalar in name.unicodeScalars {
            let isControl =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            safe.unicodeScalars.append(isControl || scalar == "/" || scalar == "\\" ? "_" : scalar)
        }
        if safe.unicodeScalars.allSatisfy({ $0 == "." }) { return "file" }
        return fitting(safe)
    }

    /// A file name with something added before its extension, cut so that a file system takes it; the extension stays whole.
    static func fitting(_ name: String, suffix: String = "") -> String {
        let scalars = name.unicodeScalars
        var dot = scalars.lastIndex(of: ".").flatMap { $0 > scalars.startIndex ? $0 : nil } ?? scalars.endIndex
        if name[dot...].utf8.count > 100 { dot = scalars.endIndex }
        let ending = suffix + name[dot...]
        var stem = name[..<dot]
        while stem.utf8.count + ending.utf8.count > 255 { stem.removeLast() }
        return stem + ending
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Makes a folder below one that is there; nothing happens when there is such a folder already.
    static func makeFolder(_ path: String) throws(CommandFailure) {
        guard mkdir(path, 0o777) == 0 || errno == EEXIST && isFolder(path) else {
            throw CommandFailure(
                .validationError,
                "The folder \(path.onOneLine) cannot be made: \(String(cString: strerror(errno))). Give another one.",
                status: .failed
            )
        }
    }

    /// Copies a file to an absolute path: the whole of it is there or nothing.
    ///
    /// - Throws: `VALIDATION_ERROR` when something is there already and must not be replaced.
    package static func copy(_ source: String, to goal: String, replaces: Bool) throws(CommandFailure) {
        try create(goal, replaces: replaces) { (sink) throws(CommandFailure) in try read(source, each: sink) }
    }

    /// Writes bytes to an absolute path in the same way.
    package static func write(_ bytes: [UInt8], to goal: String, replaces: Bool) throws(CommandFailure) {
        try create(goal, replaces: replaces) { (sink) throws(CommandFailure) in try sink(bytes[...]) }
    }

    private typealias Sink = (ArraySlice<UInt8>) throws(CommandFailure) -> Void

    private static func create(
        _ goal: String,
        replaces: Bool,
        producing produce: (Sink) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        guard !isFolder(goal) else {
            throw CommandFailure(.validationError, "\(goal.onOneLine) is a folder; give the name of a file in it.")
        }
        guard replaces || !exists(goal) else {
            throw CommandFailure(
                .validationError,
                "\(goal.onOneLine) is there already and was left as it is. Give another name with -o, or --force."
            )
        }
        let folder = goal.lastIndex(of: "/").map { String(goal[..<$0]) } ?? "."
        let temporary = "\(folder)/.lockstep-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).part"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure(goal) }
        defer {
            close(file)
            unlink(temporary)
        }
        try produce { (bytes) throws(CommandFailure) in
            var rest = bytes
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw failure(goal) }
                rest = rest.dropFirst(count)
            }
        }
        // renameat2(2) with RENAME_NOREPLACE would do, but not every file system has it; link(2) refuses just as well.
        guard (replaces ? rename(temporary, goal) : link(temporary, goal)) == 0 else { throw failure(goal) }
    }

    /// Writes the bytes of a file to a stream.
    package static func write(_ source: String, to stream: TerminalStream) throws(CommandFailure) {
        try read(source) { (bytes) throws(CommandFailure) in try stream.write(bytes) }
    }

    private static func read(
        _ source: String,
        each: (ArraySlice<UInt8>) throws(CommandFailure) -> Void
    ) throws(CommandFailure) {
        let file = open(source, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw CommandFailure(
                .assetNotFound,
                "\(source) cannot be read: \(String(cString: strerror(errno))). `lockstep doctor` checks the state folder."
            )
        }
        defer { close(file) }
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw CommandFailure(.storageError, "\(source) cannot be read: \(String(cString: strerror(errno))).")
            }
            if count == 0 { return }
            try each(chunk[..<count])
        }
    }

    private static func failure(_ path: String) -> CommandFailure {
        let reason = String(cString: strerror(errno))
        return errno == ENOSPC || errno == EDQUOT
            ? CommandFailure(.storageFull, "The disk is full: there is no room for \(path.onOneLine).")
            : CommandFailure(
                .validationError,
                "\(path.onOneLine) cannot be written: \(reason). Give another place with -o.",
                status: .failed
            )
    }
}
