internal import Foundation
internal import Glibc
internal import LockstepExecution
internal import LockstepModel

/// A state folder for tests of workflows: in memory where the machine has room there, and gone afterwards.
final class TestStateFolder: Sendable {
    /// Absolute.
    let path: String
    private let lock: OwnerLock

    private static let prefix = "lockstep-workflow-tests-"
    private static let lockName = "owner.lock"
    /// What memory must have free.
    private static let room: UInt64 = 256 << 20
    /// A folder younger than this may not have its lock yet.
    private static let youth = 60

    private init(path: String, lock: OwnerLock) {
        self.path = path
        self.lock = lock
    }

    /// - Throws: `STORAGE_ERROR` or `STORAGE_FULL`.
    static func make() throws(JobError) -> TestStateFolder {
        let base = base()
        removeAbandoned(in: base)
        let path = try makeFolder(in: base)
        do throws(ExecutionError) {
            guard let lock = try OwnerLock.take("\(path)/\(lockName)") else {
                throw ExecutionError(.storageError, "\(path) was just made, and is in use by another program.")
            }
            return TestStateFolder(path: path, lock: lock)
        } catch {
            rmdir(path)
            throw JobError(error)
        }
    }

    /// A folder that nobody else may enter.
    private static func makeFolder(in base: String) throws(JobError) -> String {
        // mkdtemp(3) puts its own letters in place of the last six.
        let ending = String(repeating: "X", count: 6)
        var template = Array("\(base)/\(prefix)\(ending)".utf8CString)
        let isMade = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
        }
        guard isMade else {
            throw JobError(
                .storageError,
                "No folder for the tests could be made in \(base): \(String(cString: strerror(errno))). "
                    + "Name another place with TMPDIR."
            )
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove() }

    /// Removes everything; may be called more than once.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        lock.release()
    }

    private static func base() -> String {
        let memory = "/dev/shm"
        var disk = statvfs()
        let isRoomy = statvfs(memory, &disk) == 0 && UInt64(disk.f_bavail) * UInt64(disk.f_frsize) >= room
        if isRoomy, access(memory, W_OK | X_OK) == 0 { return memory }
        return FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    }

    /// Removes what programs have left behind that were killed.
    private static func removeAbandoned(in base: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name.hasPrefix(prefix) {
            let folder = "\(base)/\(name)"
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
                time(nil) - status.st_mtim.tv_sec > youth, !OwnerLock.isHeld("\(folder)/\(lockName)")
            else { continue }
            try? FileManager.default.removeItem(atPath: folder)
        }
    }
}
