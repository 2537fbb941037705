import CLinux
import Glibc

/// The file that becomes `exit.json`: its room on the disk is taken before the tool runs, because the tool may fill the disk.
struct ExitPlace {
    private let folder: Int32
    private let file: Int32
    private static let temporaryName = "exit.json.tmp"
    /// One block of the usual file systems; a longer record needs room at the end.
    private static let reserve: off_t = 4096

    init(folder: Int32) throws(SupervisorFailure) {
        self.folder = folder
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        file = linux_openat(folder, Self.temporaryName, flags, 0o644)
        guard file >= 0 else { throw SupervisorFailure("exit.json cannot be made", code: errno) }
        // File systems that cannot reserve say so; the record then takes its room at the end.
        let refusal = posix_fallocate(file, 0, Self.reserve)
        guard refusal == 0 || refusal == EOPNOTSUPP || refusal == EINVAL else {
            throw SupervisorFailure("exit.json cannot be made", code: refusal)
        }
    }

    /// Writes the record whole or not at all: the file, then its name, then the folder are made durable.
    func write(_ bytes: [UInt8]) throws(SupervisorFailure) {
        guard bytes.withUnsafeBytes({ writeAll($0, to: file) }), ftruncate(file, off_t(bytes.count)) == 0,
            fsync(file) == 0, renameat(folder, Self.temporaryName, folder, "exit.json") == 0, fsync(folder) == 0
        else { throw SupervisorFailure("exit.json cannot be written", code: errno) }
    }
}
