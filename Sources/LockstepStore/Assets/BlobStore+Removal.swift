internal import Crypto
internal import Glibc
package import LockstepModel

/// Finding and removing what nothing refers to.
extension BlobStore {
    /// A stored content as it was found on the disk.
    package struct Entry: Sendable, Hashable {
        package let sha256: String
        package let size: Int64
        /// When it was stored last.
        package let storedAt: Instant
    }

    /// The folders that blobs lie in, in order: `00` to `ff` at most.
    func shards() -> [String] {
        Self.names(in: root).filter { $0.utf8.count == 2 && $0.utf8.allSatisfy(Self.isDigit) }.sorted()
    }

    /// The blobs of one of ``shards()``, in order; files that are called otherwise are none.
    func entries(in shard: String) -> [Entry] {
        Self.names(in: "\(root)/\(shard)").sorted().compactMap { name in
            guard name.utf8.count == 62, name.utf8.allSatisfy(Self.isDigit) else { return nil }
            return Self.status("\(root)/\(shard)/\(name)").map { file in
                Entry(sha256: shard + name, size: file.size, storedAt: file.changedAt)
            }
        }
    }

    /// Removes a blob, unless it has been stored again since an instant.
    ///
    /// It goes into the trash first and is looked at there: whoever stores the same content meanwhile either has made it
    /// young before, and it goes back, or does not find it any more, and writes it anew.
    ///
    /// To be called inside a transaction that keeps everybody else from writing rows, and in which no row refers to it.
    ///
    /// - Returns: Its size; nil when it stays or was gone already.
    func discard(_ sha256: String, storedBefore limit: Instant) throws(StoreError) -> Int64? {
        try Self.makeFolder(trash)
        let place = "\(trash)/\(sha256)"
        guard rename(path(of: sha256), place) == 0 else {
            if errno == ENOENT { return nil }
            throw Self.error(writing: path(of: sha256))
        }
        guard let file = Self.status(place) else { return nil }
        guard file.changedAt < limit else {
            guard rename(place, path(of: sha256)) == 0 else { throw Self.error(writing: path(of: sha256)) }
            return nil
        }
        guard unlink(place) == 0 else { throw Self.error(writing: place) }
        return file.size
    }

    /// What is in the trash though nobody is removing it: whoever did died in the middle.
    func trashed() -> [Entry] {
        Self.names(in: trash).sorted().compactMap { name in
            Self.status("\(trash)/\(name)").map { Entry(sha256: name, size: $0.size, storedAt: $0.changedAt) }
        }
    }

    /// Puts back what is in the trash, unless its content has been stored anew since; ``discard(_:storedBefore:)`` decides.
    func restore(_ entry: Entry) {
        let place = "\(trash)/\(entry.sha256)"
        if entry.sha256.utf8.count != 64 || contains(entry.sha256) {
            unlink(place)
        } else {
            rename(place, path(of: entry.sha256))
        }
    }

    /// Files that were being written by a process that lives no more, and have not grown since an instant.
    func abandonedWrites(untouchedSince limit: Instant) -> [(path: String, size: Int64)] {
        Self.names(in: incoming).sorted().compactMap { name in
            let path = "\(incoming)/\(name)"
            guard let file = Self.status(path), file.changedAt < limit else { return nil }
            let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? (path, file.size) : nil
        }
    }

    /// Whether a blob's bytes are those that its name says; nil when it cannot be read.
    func isSound(_ sha256: String) -> Bool? {
        let file = open(path(of: sha256), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
        defer { buffer.deallocate() }
        var hash = SHA256()
        while true {
            let count = read(file, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return HexDigest.text(hash.finalize()) == sha256 }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private var trash: String { root + "/trash" }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// The size of a regular file and when it was changed last; nil for anything else.
    private static func status(_ path: String) -> (size: Int64, changedAt: Instant)? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let milliseconds = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        return (Int64(status.st_size), Instant(milliseconds: milliseconds))
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
