internal import Foundation
internal import Glibc
internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore

/// The files of the batches of a project.
enum BatchPlace {
    /// Takes the lock that says who prepares or drives a batch.
    ///
    /// - Returns: Nil when another process, or another part of this one, holds it.
    static func own(_ batch: BatchID, in project: Project) throws(JobError) -> OwnerLock? {
        let folder = "\(project.stateFolder)/batches"
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw JobError(StoreError(making: folder)) }
        do { return try OwnerLock.take(path(of: batch, in: project)) } catch { throw JobError(error) }
    }

    /// Whether somebody prepares or drives the batch now; the kernel answers.
    static func isOwned(_ batch: BatchID, in project: Project) -> Bool {
        OwnerLock.isHeld(path(of: batch, in: project))
    }

    /// Removes the lock's file; only whoever holds it may.
    static func forget(_ batch: BatchID, in project: Project) { unlink(path(of: batch, in: project)) }

    /// Absolute path of what a process prints that drives a batch by itself.
    static func log(of batch: BatchID, in project: Project) -> String {
        "\(project.stateFolder)/batches/\(batch).log"
    }

    /// The batches that have a lock or a log here, whether they exist or not.
    static func batches(in project: Project) -> [BatchID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(project.stateFolder)/batches")) ?? []
        let ids = names.compactMap { name in
            [".lock", ".log"].first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
        }
        return Set(ids).sorted().map { BatchID($0) }
    }

    /// What the files of a batch take, and when the newest of them was changed; nil when there is none.
    static func files(of batch: BatchID, in project: Project) -> (amount: GarbageAmount, changedAt: Instant)? {
        var amount = GarbageAmount()
        var changedAt: Instant?
        for path in [path(of: batch, in: project), log(of: batch, in: project)] {
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            amount.add(bytes: Int64(status.st_size))
            let change = Instant(milliseconds: Int64(status.st_mtim.tv_sec) * 1000)
            changedAt = max(changedAt ?? change, change)
        }
        return changedAt.map { (amount, $0) }
    }

    private static func path(of batch: BatchID, in project: Project) -> String {
        "\(project.stateFolder)/batches/\(batch).lock"
    }
}
