internal import Glibc
internal import LockstepExecution
package import LockstepModel
internal import LockstepStore

extension JobService {
    /// Absolute path of what the process printed that drives a batch by itself, or did; nil when there is no such file.
    package func log(of batch: BatchID) -> String? {
        let path = BatchPlace.log(of: batch, in: context.project)
        return access(path, F_OK) == 0 ? path : nil
    }

    /// Removes the locks and logs of batches that have ended, or are not there any more.
    func removeBatchFiles(isDryRun: Bool, _ now: Instant) async throws(JobError) -> GarbageAmount {
        var amount = GarbageAmount()
        let limit = now.milliseconds - BlobSweep.youth.milliseconds
        for id in BatchPlace.batches(in: context.project) {
            guard let files = BatchPlace.files(of: id, in: context.project), files.changedAt.milliseconds < limit,
                try await isOver(id), !BatchPlace.isOwned(id, in: context.project)
            else { continue }
            if !isDryRun {
                guard let lock = try BatchPlace.own(id, in: context.project) else { continue }
                defer { lock.release() }
                // It may have been retried before the lock was taken.
                guard try await isOver(id) else { continue }
                unlink(BatchPlace.log(of: id, in: context.project))
                BatchPlace.forget(id, in: context.project)
            }
            amount = amount + files.amount
        }
        return amount
    }

    private func isOver(_ id: BatchID) async throws(JobError) -> Bool {
        try await stored { () async throws(StoreError) in try await batches.batch(id) }?.state.isSettled ?? true
    }
}
