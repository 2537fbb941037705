internal import Glibc
internal import LockstepStore
internal import Synchronization

/// The input files that were taken into the asset store already, so that one which many jobs get is read once only.
final class StoredFiles: Sendable {
    /// Which file it is, and in which state.
    struct Key: Hashable, Sendable {
        let device: UInt
        let inode: UInt
        let size: Int64
        let changedSeconds: Int
        let changedNanoseconds: Int

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            size = Int64(status.st_size)
            changedSeconds = status.st_ctim.tv_sec
            changedNanoseconds = status.st_ctim.tv_nsec
        }
    }

    private let known = Mutex<[Key: BlobStore.Blob]>([:])

    /// Those that are remembered.
    private static let limit = 1000
    private let youth: Int

    /// - Parameter youth: In seconds; a file that was changed less long ago could be changed again within one tick of the file
    ///   system's clock, so it is not remembered.
    init(youth: Int = 2) { self.youth = youth }

    /// What a file became, when it is in the store still.
    func blob(_ key: Key, in blobs: BlobStore) -> BlobStore.Blob? {
        guard let blob = known.withLock({ $0[key] }), blobs.renew(blob.sha256) else { return nil }
        return blob
    }

    /// Remembers what a file became that was in this state before and after it was read.
    func note(_ key: Key, _ blob: BlobStore.Blob) {
        guard key.changedSeconds < time(nil) - youth else { return }
        known.withLock { known in
            if known.count >= Self.limit { known = [:] }
            known[key] = blob
        }
    }
}
