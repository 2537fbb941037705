internal import Glibc

/// A file that only takes room, so that there is some when the disk is full and a job's failure must still be recorded.
///
/// The database needs a few pages to say that a job failed; without them a job would claim to run for ever.
package struct Ballast: Sendable {
    private let path: String
    private static let size = 1 << 20

    /// Makes the file when it is not there; a disk that has no room for it already is left as it is.
    package init(folder: String) {
        path = folder + "/ballast"
        if access(path, F_OK) != 0 { restore() }
    }

    /// Gives the room back; the next command that opens the project takes it again.
    package func release() {
        unlink(path)
    }

    /// Whether nothing more fits on the disk that holds a file or its folder.
    static func isFull(diskOf path: String) -> Bool {
        var disk = statvfs()
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard statvfs(folder, &disk) == 0 else { return false }
        return disk.f_bavail * disk.f_frsize < 64 << 10 || disk.f_files > 0 && disk.f_favail == 0
    }

    private func restore() {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        if posix_fallocate(file, 0, off_t(Self.size)) != 0 { unlink(path) }
    }
}
