internal import Glibc
internal import LockstepModel

/// Small files that only their owner may read, in a folder of the same kind; each is there whole or not at all.
struct PrivateFolder: Sendable {
    let path: String

    /// Why a file cannot be used.
    enum Problem: Error {
        case missing
        /// For a person; the file, what is wrong with it, and what to do.
        case unsafe(String)
        case system(Int32)
    }

    func path(of name: String) -> String { "\(path)/\(name)" }

    /// Keeps a file durably.
    ///
    /// - Parameter replaces: Whether it may be there already.
    /// - Throws: `STORAGE_ERROR` or `STORAGE_FULL`; what was there before is there then.
    func write(_ bytes: [UInt8], to name: String, replaces: Bool) throws(StoreError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard folder >= 0 else { throw failure(path) }
        defer { close(folder) }
        guard fchmod(folder, 0o700) == 0 else { throw failure(path) }
        let temporary = temporaryName(of: name)
        unlinkat(folder, temporary, 0)
        let file = open(path(of: temporary), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path(of: name)) }
        defer { close(file) }
        // The mode again, because the umask may have taken the owner's own rights.
        var isKept = fchmod(file, 0o600) == 0 && Self.write(bytes, to: file) && fsync(file) == 0
        if isKept {
            // A link is refused where the name is taken, a renaming is not.
            isKept =
                replaces
                ? renameat(folder, temporary, folder, name) == 0 : linkat(folder, temporary, folder, name, 0) == 0
        }
        guard isKept else {
            let error = failure(path(of: name))
            unlinkat(folder, temporary, 0)
            throw error
        }
        if !replaces { unlinkat(folder, temporary, 0) }
        guard fsync(folder) == 0 else { throw failure(path) }
    }

    /// Reads a file that its owner alone could have read or written.
    ///
    /// - Parameter limit: A larger file is refused.
    func read(_ name: String, limit: Int) throws(Problem) -> (bytes: [UInt8], modified: Int64) {
        let path = path(of: name)
        var place = stat()
        guard lstat(self.path, &place) == 0 else { throw errno == ENOENT ? .missing : .system(errno) }
        try require(place, S_IFDIR, self.path, mode: "700")
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if file < 0, errno == ELOOP { throw .unsafe("\(path) is a link; remove it") }
        guard file >= 0 else { throw errno == ENOENT ? .missing : .system(errno) }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0 else { throw .system(errno) }
        try require(facts, S_IFREG, path, mode: "600")
        guard facts.st_size <= limit else { throw .unsafe("\(path) is too large") }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let piece = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if piece < 0, errno == EINTR { continue }
            guard piece >= 0 else { throw .system(errno) }
            if piece == 0 { break }
            count += piece
        }
        let modified = Int64(facts.st_mtim.tv_sec) * 1000 + Int64(facts.st_mtim.tv_nsec) / 1_000_000
        return (Array(bytes.prefix(count)), modified)
    }

    /// Removes a file; false when there is none.
    func remove(_ name: String) throws(StoreError) -> Bool {
        unlink(path(of: temporaryName(of: name)))
        guard unlink(path(of: name)) == 0 else {
            if errno == ENOENT { return false }
            throw failure(path(of: name))
        }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        return true
    }

    /// The names of all files, sorted.
    func names() -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let item = readdir(folder) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private func temporaryName(of name: String) -> String { ".\(name).tmp" }

    private func require(_ facts: stat, _ kind: mode_t, _ path: String, mode: String) throws(Problem) {
        guard facts.st_mode & S_IFMT == kind else {
            throw .unsafe("\(path) is not a \(kind == S_IFDIR ? "folder" : "regular file"); remove it")
        }
        guard facts.st_uid == geteuid() else {
            throw .unsafe("\(path) belongs to another user (\(facts.st_uid)); remove it, or become that user")
        }
        guard facts.st_mode & 0o077 == 0 else {
            throw .unsafe(
                "others may read or change \(path); `chmod \(mode) \(path)`, and change the secret if they did"
            )
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
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
