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

    private static func path(of batch: BatchID, in project: Project) -> String {
        "\(project.stateFolder)/batches/\(batch).lock"
    }
}
