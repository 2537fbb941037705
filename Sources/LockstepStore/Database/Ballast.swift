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

    private func restore() {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        defer { close(file) }
        if posix_fallocate(file, 0, off_t(Self.size)) != 0 { unlink(path) }
    }
}
