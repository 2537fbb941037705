internal import CLinux
internal import Glibc

/// An open folder of a tool's work, read without ever following a link.
///
/// Everything below it was made by the tool and may be hostile; Foundation's calls follow links and hang on FIFOs.
final class OpenFolder {
    let descriptor: Int32

    init(adopting descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// - Parameter path: The work folder itself, which the runner made.
    convenience init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        self.init(adopting: descriptor)
    }

    /// What a name stands for.
    struct Entry {
        enum Kind {
            case regular
            case folder
            case link
            /// A FIFO, a socket or a device, as a person calls it.
            case special(String)
        }

        let kind: Kind
        let size: Int64
        let links: UInt64
        let mode: mode_t
    }

    /// Nil when there is nothing of that name.
    func entry(_ name: [UInt8]) -> Entry? {
        var facts = stat()
        guard Self.withPath(name, { fstatat(descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) }) == 0 else { return nil }
        return Entry(facts)
    }

    /// A folder in this one; nil when it is none, or cannot be entered.
    func folder(_ name: [UInt8]) -> OpenFolder? {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW
        let child = Self.withPath(name) { linux_openat(descriptor, $0, flags, 0) }
        return child >= 0 ? OpenFolder(adopting: child) : nil
    }

    /// A regular file for reading, with its facts as they are after opening; nil when it is anything else.
    func file(_ name: [UInt8]) -> (descriptor: Int32, entry: Entry)? {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let file = Self.withPath(name) { linux_openat(descriptor, $0, flags, 0) }
        guard file >= 0 else { return nil }
        var facts = stat()
        guard fstat(file, &facts) == 0 else {
            close(file)
            return nil
        }
        return (file, Entry(facts))
    }

    /// The names in this folder without `.` and `..`, in no order, at most `limit` of them.
    func names(limit: Int) -> [[UInt8]] {
        let copy = linux_openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard copy >= 0 else { return [] }
        guard let stream = fdopendir(copy) else {
            close(copy)
            return []
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while names.count < limit, let item = readdir(stream) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
        }
        return names
    }

    static func withPath<Result>(_ name: [UInt8], _ work: (UnsafePointer<CChar>) -> Result) -> Result {
        let text = name.map { CChar(bitPattern: $0) } + [0]
        return text.withUnsafeBufferPointer { buffer in
            // An array that holds at least the final zero has an address.
            guard let address = buffer.baseAddress else { preconditionFailure("a name is never empty") }
            return work(address)
        }
    }
}

extension OpenFolder.Entry {
    init(_ facts: stat) {
        kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .special("a FIFO")
            case S_IFSOCK: .special("a socket")
            default: .special("a device")
            }
        size = Int64(facts.st_size)
        links = UInt64(facts.st_nlink)
        mode = facts.st_mode
    }
}
