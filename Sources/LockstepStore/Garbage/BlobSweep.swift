internal import Glibc
package import LockstepModel

/// Frees the bytes of the asset store that no asset refers to, while other processes add assets.
///
/// A blob is written before its row is committed. So a young blob stays; an old one is removed inside a write transaction in
/// which no row refers to it, and only when nobody has stored it again; and a row whose blob is gone is not accepted.
package struct BlobSweep: Sendable {
    /// How long a content without a row may have been stored before it counts as garbage.
    package static let youth = DurationText(milliseconds: 3_600_000)

    private let store: JobStore
    /// Whether it only counts.
    private let isDryRun: Bool
    /// What was stored before this instant is old.
    private let limit: Instant

    package init(_ store: JobStore, isDryRun: Bool, now: Instant) {
        self.store = store
        self.isDryRun = isDryRun
        limit = Instant(milliseconds: now.milliseconds - Self.youth.milliseconds)
    }

    /// What a sweep has freed, and what it left.
    package struct Result: Sendable {
        package var freed = GarbageAmount()
        /// Without a row, but too young to be sure.
        package var young = GarbageAmount()
    }

    /// Looks at every blob.
    ///
    /// - Parameter query: Jobs whose assets count as gone already; for a dry run.
    package func run(ignoring query: CollectionQuery? = nil) async throws(StoreError) -> Result {
        if !isDryRun { try await store.restoreTrash() }
        var result = Result()
        for shard in store.blobs.shards() {
            var rest = try await store.unreferenced(store.blobs.entries(in: shard), ignoring: query)[...]
            for entry in rest where entry.storedAt >= limit { result.young.add(bytes: entry.size) }
            rest = rest.filter { $0.storedAt < limit }[...]
            while !rest.isEmpty {
                let batch = Array(rest.prefix(Self.batch))
                rest = rest.dropFirst(Self.batch)
                if isDryRun {
                    for entry in batch { result.freed.add(bytes: entry.size) }
                } else {
                    result.freed = result.freed + (try await store.discard(batch, storedBefore: limit))
                }
            }
        }
        return result
    }

    /// How many are removed in one transaction: others wait so long.
    private static let batch = 50

    /// Removes what processes that died were writing.
    package func removeAbandonedWrites() -> GarbageAmount {
        var amount = GarbageAmount()
        for file in store.blobs.abandonedWrites(untouchedSince: limit) where isDryRun || unlink(file.path) == 0 {
            amount.add(bytes: file.size)
        }
        return amount
    }

    /// Rows whose bytes are not there; with `verifies` also bytes that are not what their name says.
    package func damages(verifies: Bool) async throws(StoreError) -> [BlobDamage] {
        var damages: [BlobDamage] = []
        for sha256 in try await store.missingBlobs() {
            // The row may have gone meanwhile, and its bytes after it.
            let assets = try await store.assets(withContent: sha256)
            guard !assets.isEmpty, !store.blobs.contains(sha256) else { continue }
            damages.append(BlobDamage(kind: .missing, sha256: sha256, assets: assets))
        }
        guard verifies else { return damages }
        for shard in store.blobs.shards() {
            for entry in store.blobs.entries(in: shard) where store.blobs.isSound(entry.sha256) == false {
                let assets = try await store.assets(withContent: entry.sha256)
                damages.append(BlobDamage(kind: .damaged, sha256: entry.sha256, assets: assets))
            }
        }
        return damages
    }
}
