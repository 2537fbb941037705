import CLinux
import Glibc

/// What a step has put into the places that it shares with the host: its work folder, its checkpoint and its events.
struct WorkUse {
    /// The attempt folder.
    private let folder: Int32

    /// Each level holds a descriptor; no tool that means well comes near.
    private static let depthLimit = 2000
    /// As many entries as are counted in one walk.
    static let entryLimit: Int64 = 20_000_000
    /// Added for what cannot be counted, so that hiding is no way around a limit.
    private static let uncountable = Int64.max / 4

    init(folder: Int32) {
        self.folder = folder
        // The tool's own limit is set inside the sandbox.
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(Self.depthLimit + 1000)))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// The room that all of it takes on the disk, and how many files and folders there are.
    ///
    /// The tool goes on meanwhile, so nothing found here is relied on; no link is followed.
    ///
    /// - Parameter limit: As many files and folders are counted at most.
    func measure(limit: Int64 = entryLimit) -> (bytes: Int64, files: Int64) {
        var sum: (bytes: Int64, files: Int64) = (0, 0)
        for name in ["work", "checkpoint"] {
            if let top = Self.open(name, in: folder) { Self.add(top, depth: 0, limit: limit, to: &sum) }
        }
        var events = stat()
        if fstatat(folder, "events.jsonl", &events, AT_SYMLINK_NOFOLLOW) == 0 {
            sum.bytes += Int64(events.st_blocks) * 512
        }
        return sum
    }

    /// - Parameter descriptor: A folder; closed when this returns.
    private static func add(_ descriptor: Int32, depth: Int, limit: Int64, to sum: inout (bytes: Int64, files: Int64)) {
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return
        }
        defer { closedir(stream) }
        while sum.files < limit, let item = readdir(stream) {
            // The name stays as the bytes that it is: it need not be text.
            withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return }
                    var facts = stat()
                    guard fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return }
                    sum.files += 1
                    sum.bytes += Int64(facts.st_blocks) * 512
                    guard facts.st_mode & S_IFMT == S_IFDIR else { return }
                    guard depth < depthLimit else {
                        sum.files = max(sum.files, uncountable)
                        return
                    }
                    if let below = open(name, in: descriptor) {
                        add(below, depth: depth + 1, limit: limit, to: &sum)
                    } else if errno == EMFILE {
                        sum.files = max(sum.files, uncountable)
                    }
                }
            }
        }
    }

    /// Opens a folder, also one that its owner has closed to everybody: the tool's user may be this process's own.
    private static func open(_ name: UnsafePointer<CChar>, in folder: Int32) -> Int32? {
        let flags = O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW
        var found = linux_openat(folder, name, O_RDONLY | flags, 0)
        guard found < 0, errno == EACCES else { return found < 0 ? nil : found }
        // Held before it is changed, so that nothing else of the same name is.
        let closed = linux_openat(folder, name, Int32(LINUX_O_PATH) | flags, 0)
        guard closed >= 0 else { return nil }
        defer { close(closed) }
        guard chmod("/proc/self/fd/\(closed)", 0o700) == 0 else { return nil }
        found = linux_openat(closed, ".", O_RDONLY | flags, 0)
        return found < 0 ? nil : found
    }
}
