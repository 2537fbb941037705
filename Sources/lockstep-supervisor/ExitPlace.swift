import CLinux
import Glibc

/// The file that becomes `exit.json`: its room on the disk is taken before the tool runs, because the tool may fill the disk.
struct ExitPlace {
    private let folder: Int32
    private let file: Int32
    private static let temporaryName = "exit.json.tmp"
    /// One block of the usual file systems; a longer record needs room at the end.
    private static let reserve = 4096

    init(folder: Int32) throws(SupervisorFailure) {
        self.folder = folder
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        file = linux_openat(folder, Self.temporaryName, flags, 0o644)
        guard file >= 0 else { throw SupervisorFailure("exit.json cannot be made", code: errno) }
        // Written, not allocated: ext4 turns an allocated block into a written one on a queue, for which a sync waits long.
        let zeros = [UInt8](repeating: 0, count: Self.reserve)
        guard zeros.withUnsafeBytes({ writeAll($0, to: file) }), lseek(file, 0, SEEK_SET) == 0 else {
            throw SupervisorFailure("exit.json cannot be made", code: errno)
        }
    }

    /// Makes durable what the step wrote, before a record says that it is there; false when the disk refuses.
    func syncEverything() -> Bool { linux_sync_file_system(folder) == 0 }

    /// Writes the record whole or not at all.
    ///
    /// - Parameter isDurable: Whether it must outlive a power cut from now on. A runner that waits makes the result durable
    ///   itself, in its own commit; the record of a step that nobody waits for must keep until a runner comes.
    func write(_ bytes: [UInt8], isDurable: Bool) throws(SupervisorFailure) {
        guard bytes.withUnsafeBytes({ writeAll($0, to: file) }), ftruncate(file, off_t(bytes.count)) == 0,
            !isDurable || fsync(file) == 0,
            renameat(folder, Self.temporaryName, folder, "exit.json") == 0,
            !isDurable || fsync(folder) == 0
        else { throw SupervisorFailure("exit.json cannot be written", code: errno) }
    }
}
