internal import Crypto
internal import Glibc
package import LockstepModel

/// Bytes kept once each under the SHA-256 of their content, in `assets/ab/cdef…` of the state folder.
///
/// A blob is written beside the store, made durable, then renamed to its name, and its folder is made durable: a blob that
/// can be seen is whole, also after a power cut. Files are read-only for everybody (mode 0444) and never change.
///
/// A blob is there before the row that refers to it. Until then its youth protects it: its time of change is that of the
/// last time it was stored, also when the content was there already.
package struct BlobStore: Sendable {
    /// Absolute path of the folder that holds the blobs.
    package let root: String

    package init(root: String) throws(StoreError) {
        self.root = root
        try Self.makeFolder(root)
        try Self.makeFolder(incoming)
    }

    /// A store that is only looked into, and need not be there.
    package init(reading root: String) {
        self.root = root
    }

    /// Where blobs are written; whoever writes one holds a kernel lock on it, which goes with its process.
    var incoming: String { root + "/incoming" }

    /// One stored content.
    package struct Blob: Sendable, Hashable {
        /// 64 lower-case hexadecimal digits.
        package let sha256: String
        package let size: Int64
    }

    /// Absolute path of a blob's file.
    package func path(of sha256: String) -> String {
        "\(root)/\(sha256.prefix(2))/\(sha256.dropFirst(2))"
    }

    /// The same, relative to the folder that holds the store.
    package func relativePath(of sha256: String) -> String {
        "assets/\(sha256.prefix(2))/\(sha256.dropFirst(2))"
    }

    package func contains(_ sha256: String) -> Bool {
        access(path(of: sha256), R_OK) == 0
    }

    /// Copies everything that can be read from a descriptor, from its current place to its end.
    ///
    /// - Parameters:
    ///   - descriptor: Stays open and belongs to the caller.
    ///   - limit: The most bytes that are taken.
    ///   - name: What messages call the file.
    /// - Throws: `RESOURCE_LIMIT` when there is more than `limit`, `STORAGE_FULL`, `STORAGE_ERROR`; nothing is kept then.
    package func store(descriptor: Int32, limit: ByteCount, name: String) throws(StoreError) -> Blob {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
        defer { buffer.deallocate() }
        return try store(limit: limit, name: name) { (sink) throws(StoreError) in
            while true {
                let count = read(descriptor, buffer.baseAddress, buffer.count)
                if count == 0 { return }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw StoreError(.storageError, "\(name) could not be read to its end.", cause: Self.reason())
                }
                try sink(UnsafeRawBufferPointer(start: buffer.baseAddress, count: count))
            }
        }
    }

    /// The blob that a descriptor's content would become, read from its current place to its end; nothing is kept.
    package static func blob(ofDescriptor descriptor: Int32, name: String) throws(StoreError) -> Blob {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
        defer { buffer.deallocate() }
        var hash = SHA256()
        var size: Int64 = 0
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count == 0 { return Blob(sha256: HexDigest.text(hash.finalize()), size: size) }
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError(.storageError, "\(name) could not be read to its end.", cause: reason())
            }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += Int64(count)
        }
    }

    /// Stores bytes that are in memory.
    package func store(_ bytes: [UInt8], name: String) throws(StoreError) -> Blob {
        try store(limit: ByteCount(.max), name: name) { (sink) throws(StoreError) in
            let result = bytes.withUnsafeBytes { all in Result { () throws(StoreError) in try sink(all) } }
            try result.get()
        }
    }

    /// Receives the next piece of a content.
    package typealias Sink = (UnsafeRawBufferPointer) throws(StoreError) -> Void

    /// Stores what a producer writes, piece by piece.
    package func store(
        limit: ByteCount,
        name: String,
        writing produce: (Sink) throws(StoreError) -> Void
    ) throws(StoreError) -> Blob {
        let temporary = "\(incoming)/\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.error(writing: name) }
        flock(file, LOCK_EX | LOCK_NB)
        var isStored = false
        defer {
            close(file)
            if !isStored { unlink(temporary) }
        }
        var hash = SHA256()
        var size: Int64 = 0
        try produce { (piece) throws(StoreError) in
            size += Int64(piece.count)
            guard size <= limit.bytes else {
                throw StoreError(
                    .resourceLimit,
                    "\(name) is larger than \(limit), the most that is allowed here."
                )
            }
            hash.update(bufferPointer: piece)
            try Self.write(piece, to: file, name: name)
        }
        let digest = HexDigest.text(hash.finalize())
        let target = path(of: digest)
        if Self.renew(target) { return Blob(sha256: digest, size: size) }
        guard fchmod(file, 0o444) == 0, fsync(file) == 0 else { throw Self.error(writing: name) }
        let folder = "\(root)/\(digest.prefix(2))"
        let isNewFolder = access(folder, F_OK) != 0
        try Self.makeFolder(folder)
        guard rename(temporary, target) == 0 else { throw Self.error(writing: name) }
        isStored = true
        try Self.syncFolder(folder)
        if isNewFolder { try Self.syncFolder(root) }
        return Blob(sha256: digest, size: size)
    }

    /// Protects a content that is about to be referred to again; false when it is not there.
    package func renew(_ sha256: String) -> Bool { Self.renew(path(of: sha256)) }

    /// Makes a blob young again; false when it is not there, or when another user owns it and it must be written anew.
    ///
    /// Looked at once more afterwards: the one that was renewed may just have been put into the trash.
    private static func renew(_ path: String) -> Bool {
        utimensat(AT_FDCWD, path, nil, 0) == 0 && access(path, F_OK) == 0
    }

    private static func write(_ piece: UnsafeRawBufferPointer, to file: Int32, name: String) throws(StoreError) {
        var rest = piece
        while !rest.isEmpty {
            let count = Glibc.write(file, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw error(writing: name)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    static func makeFolder(_ path: String) throws(StoreError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw error(writing: path) }
    }

    private static func syncFolder(_ path: String) throws(StoreError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw error(writing: path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw error(writing: path) }
    }

    static func error(writing name: String) -> StoreError {
        errno == ENOSPC || errno == EDQUOT
            ? StoreError(
                .storageFull,
                "The disk is full: there is no room to keep \(name). Free some space and start the job again.",
                cause: reason()
            )
            : StoreError(
                .storageError,
                "\(name) could not be written to the asset store: \(reason()). `lockstep doctor` checks the state folder.",
                cause: reason()
            )
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
