package import LockstepJSON
package import LockstepModel
package import LockstepStore

/// What a garbage collection is to do.
package struct GarbageRequest: Sendable, Hashable {
    /// Counts and changes nothing.
    package var isDryRun: Bool
    /// Also frees the assets of jobs that have been settled for so long.
    package var settledFor: DurationText?
    /// Only of this workflow's jobs.
    package var workflow: WorkflowID?
    /// Reads every content again and compares it with its name.
    package var verifies: Bool

    package init(
        isDryRun: Bool = false,
        settledFor: DurationText? = nil,
        workflow: WorkflowID? = nil,
        verifies: Bool = false
    ) {
        self.isDryRun = isDryRun
        self.settledFor = settledFor
        self.workflow = workflow
        self.verifies = verifies
    }
}

/// What a garbage collection has freed, or would free.
package struct GarbageReport: Sendable {
    package internal(set) var isDryRun: Bool
    /// Contents of the asset store that no asset refers to.
    package internal(set) var contents = GarbageAmount()
    /// What processes that died were writing.
    package internal(set) var writes = GarbageAmount()
    /// Attempt folders and runners' logs of jobs that no longer exist.
    package internal(set) var attempts = GarbageAmount()
    /// Locks and logs of batches that have ended or no longer exist.
    package internal(set) var batches = GarbageAmount()
    /// Contents without an asset that stay for now, because somebody may be about to record one.
    package internal(set) var young = GarbageAmount()
    /// Jobs that lost their assets, and what these took; it is among ``contents`` where nobody else has the same content.
    package internal(set) var jobs = GarbageAmount()
    package internal(set) var damages: [BlobDamage] = []

    package var total: GarbageAmount { contents + writes + attempts + batches }

    package var json: JSONObject {
        [
            "is_dry_run": .bool(isDryRun), "contents": contents.json, "unfinished_writes": writes.json,
            "attempts": attempts.json, "batches": batches.json, "total": total.json, "young_contents": young.json,
            "settled_jobs": jobs.json,
            "damages": .array(damages.map(\.json)),
        ]
    }
}
