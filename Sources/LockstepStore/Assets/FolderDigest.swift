internal import Crypto
internal import Glibc
internal import Synchronization

/// The content of a folder as one SHA-256: names, kinds, links, who may execute, and bytes, in the order of the names.
///
/// Nothing is followed and nothing but regular files is opened. Owners and times are no part of it.
package struct FolderDigest: Sendable {
    /// Why a folder has no digest.
    package enum Problem: Error, Sendable, Hashable {
        /// It has more files or bytes, or is deeper, than is looked at.
        case tooLarge
        /// Something in it could not be read, or changed meanwhile.
        case unreadable
    }

    private static let mostEntries = 2000
    private static let mostBytes: Int64 = 64 << 20
    private static let deepest = 32

    private let memory: FileDigests

    package init(memory: FileDigests) {
        self.memory = memory
    }

    /// - Parameter path: Absolute.
    package func digest(of path: String) throws(Problem) -> String {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .unreadable }
        var walk = Walk(memory: memory)
        try walk.add(folder, depth: 0)
        return HexDigest.text(walk.hash.finalize())
    }

    private struct Walk {
        let memory: FileDigests
        var hash = SHA256()
        var entries = 0
        var bytes: Int64 = 0

        /// - Parameter folder: An open folder; closed afterwards.
        mutating func add(_ folder: Int32, depth: Int) throws(Problem) {
            guard let stream = fdopendir(folder) else {
                close(folder)
                throw .unreadable
            }
            defer { closedir(stream) }
            guard depth <= FolderDigest.deepest else { throw .tooLarge }
            for name in FolderDigest.names(in: stream).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                entries += 1
                guard entries <= FolderDigest.mostEntries else { throw .tooLarge }
                try add(name, in: folder, depth: depth)
            }
            note("end", [])
        }

        private mutating func add(_ name: [CChar], in folder: Int32, depth: Int) throws(Problem) {
            var facts = stat()
            guard fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { throw .unreadable }
            let bare = name.dropLast().map { UInt8(bitPattern: $0) }
            switch facts.st_mode & S_IFMT {
            case S_IFDIR:
                note("folder", bare)
                let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard inner >= 0 else { throw .unreadable }
                try add(inner, depth: depth + 1)
            case S_IFLNK:
                var target = [CChar](repeating: 0, count: Int(PATH_MAX))
                let count = readlinkat(folder, name, &target, target.count)
                guard count >= 0 else { throw .unreadable }
                note("link", bare)
                note("to", target.prefix(count).map { UInt8(bitPattern: $0) })
            case S_IFREG:
                bytes += Int64(facts.st_size)
                guard bytes <= FolderDigest.mostBytes else { throw .tooLarge }
                note(facts.st_mode & 0o111 == 0 ? "file" : "program", bare)
                note("of", Array(try memory.digest(of: name, in: folder, facts).utf8))
            default:
                note("special", bare)
            }
        }

        /// Lengths stand in front, so that no name can be taken for the beginning of another part.
        private mutating func note(_ kind: StaticString, _ text: [UInt8]) {
            hash.update(data: Array("\(kind) \(text.count):".utf8))
            hash.update(data: text)
        }
    }

    private static func names(in stream: OpaquePointer) -> [[CChar]] {
        var names: [[CChar]] = []
        // One more than is allowed is enough to know that there are too many.
        while names.count <= mostEntries, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { text in
                    Array(UnsafeBufferPointer(start: text, count: strlen(text) + 1))
                }
            }
            if name != [46, 0], name != [46, 46, 0] { names.append(name) }
        }
        return names
    }
}

/// What this process knows of files that it has read: a digest counts as long as the file is the same and untouched.
package final class FileDigests: Sendable {
    private struct Key: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let changed: Int64
        let changedNanoseconds: Int64
        let modified: Int64
        let modifiedNanoseconds: Int64

        init(_ facts: stat) {
            device = UInt64(facts.st_dev)
            inode = UInt64(facts.st_ino)
            size = Int64(facts.st_size)
            changed = Int64(facts.st_ctim.tv_sec)
            changedNanoseconds = Int64(facts.st_ctim.tv_nsec)
            modified = Int64(facts.st_mtim.tv_sec)
            modifiedNanoseconds = Int64(facts.st_mtim.tv_nsec)
        }
    }

    private let known = Mutex<[Key: String]>([:])

    private let youth: Int

    /// - Parameter youth: A file that was changed in these last seconds is not remembered: it may change again without a sign.
    package init(youth: Int = 2) {
        self.youth = youth
    }

    func digest(of name: [CChar], in folder: Int32, _ facts: stat) throws(FolderDigest.Problem) -> String {
        let key = Key(facts)
        if let digest = known.withLock({ $0[key] }) { return digest }
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw .unreadable }
        defer { close(file) }
        let digest = try Self.content(of: file)
        var after = stat()
        guard fstat(file, &after) == 0, Key(after) == key else { throw .unreadable }
        if time(nil) - Int(key.changed) > youth { known.withLock { $0[key] = digest } }
        return digest
    }

    private static func content(of file: Int32) throws(FolderDigest.Problem) -> String {
        var hash = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count = read(file, buffer.baseAddress, buffer.count)
            if count == 0 { return HexDigest.text(hash.finalize()) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable
            }
            hash.update(bufferPointer: UnsafeRawBufferPointer(start: buffer.baseAddress, count: count))
        }
    }
}
