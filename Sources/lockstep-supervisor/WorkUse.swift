import CLinux
import Glibc

/// What a step has put into its work folder.
struct WorkUse {
    /// The attempt folder.
    private let folder: Int32

    /// Deeper folders are not looked into: each level holds a descriptor.
    private static let depthLimit = 200
    /// As many entries as are counted in one walk.
    private static let entryLimit: Int64 = 20_000_000

    init(folder: Int32) {
        self.folder = folder
    }

    /// The room that everything in the folder takes on the disk, and how many files and folders there are.
    ///
    /// The tool goes on meanwhile, so nothing found here is relied on; no link is followed.
    func measure() -> (bytes: Int64, files: Int64) {
        var sum: (bytes: Int64, files: Int64) = (0, 0)
        let work = linux_openat(folder, "work", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
        if work >= 0 { Self.add(work, depth: 0, to: &sum) }
        return sum
    }

    /// - Parameter descriptor: A folder; closed when this returns.
    private static func add(_ descriptor: Int32, depth: Int, to sum: inout (bytes: Int64, files: Int64)) {
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            return
        }
        defer { closedir(stream) }
        while sum.files < entryLimit, let item = readdir(stream) {
            // The name stays as the bytes that it is: it need not be text.
            withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return }
                    var facts = stat()
                    guard fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { return }
                    sum.files += 1
                    sum.bytes += Int64(facts.st_blocks) * 512
                    guard facts.st_mode & S_IFMT == S_IFDIR, depth < depthLimit else { return }
                    let below = linux_openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0)
                    if below >= 0 { add(below, depth: depth + 1, to: &sum) }
                }
            }
        }
    }
}
