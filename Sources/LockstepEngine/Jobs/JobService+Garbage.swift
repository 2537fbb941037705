internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
package import LockstepModel
package import LockstepStore

extension JobService {
    /// Frees bytes that nobody refers to, whichever tenant they belonged to.
    ///
    /// Jobs, assets and their bytes may be made meanwhile, by any process. Old jobs lose their assets only where the actor's
    /// tenant lets it at them; job, log and outputs' names stay, and the log says what was freed.
    ///
    /// - Parameter onJob: Called for each job that loses assets, or would, as it goes.
    /// - Throws: `PERMISSION_DENIED` without `job:admin`.
    package func collectGarbage(
        _ request: GarbageRequest,
        as actor: Actor,
        onJob: (CollectedJob) throws(JobError) -> Void = { _ in }
    ) async throws(JobError) -> GarbageReport {
        try actor.require(.collectGarbage)
        let now = context.now()
        var report = GarbageReport(isDryRun: request.isDryRun)
        var query: CollectionQuery?
        if let settledFor = request.settledFor {
            let limit = Instant(milliseconds: now.milliseconds - min(settledFor.milliseconds, now.milliseconds))
            query = CollectionQuery(
                settledBefore: limit,
                workflow: request.workflow,
                tenant: actor.kind == .system ? nil : actor.tenantID
            )
        }
        if let query { report.jobs = try await collectAssets(query, request, actor, now, onJob) }
        let sweep = BlobSweep(context.store, isDryRun: request.isDryRun, now: now)
        let swept = try await stored { () async throws(StoreError) in
            try await sweep.run(ignoring: request.isDryRun ? query : nil)
        }
        report.contents = swept.freed
        report.young = swept.young
        report.writes = sweep.removeAbandonedWrites()
        report.attempts = try await removeAttempts(isDryRun: request.isDryRun, now)
        report.batches = try await removeBatchFiles(isDryRun: request.isDryRun, now)
        report.damages = try await stored { () async throws(StoreError) in
            try await sweep.damages(verifies: request.verifies)
        }
        return report
    }

    /// What a job has lost to garbage collections, in the order it went, inputs among it.
    package func freedAssets(_ id: JobID, as actor: Actor) async throws(JobError) -> [FreedAsset] {
        var freed: [FreedAsset] = []
        for event in try await listEvents(id, as: actor) where event.type == Event.assetsCollected {
            freed += (event.data["assets"]?.arrayValue ?? []).compactMap { FreedAsset($0, at: event.at) }
        }
        return freed
    }

    private func collectAssets(
        _ query: CollectionQuery,
        _ request: GarbageRequest,
        _ actor: Actor,
        _ now: Instant,
        _ onJob: (CollectedJob) throws(JobError) -> Void
    ) async throws(JobError) -> GarbageAmount {
        var amount = GarbageAmount()
        var last: JobID?
        while true {
            let after = last
            let ids = try await stored { () async throws(StoreError) in
                try await context.store.collectableJobs(query, after: after)
            }
            guard let end = ids.last else { return amount }
            last = end
            for id in ids {
                let found = try await stored { () async throws(StoreError) in
                    guard !request.isDryRun else { return try await context.store.collectableAssets(of: id, query) }
                    return try await context.store.collectAssets(of: id, query) { job, tenant in
                        Event(
                            jobID: id,
                            tenantID: tenant,
                            type: Event.assetsCollected,
                            actor: actor.id,
                            data: ["assets": .array(job.assets.map(\.traces)), "bytes": .integer(job.bytes)],
                            at: now
                        )
                    }
                }
                guard let found else { continue }
                amount.add(bytes: found.bytes)
                try onJob(found)
            }
        }
    }

    /// Removes what attempts left of jobs that are not there any more, and the work folders that a runner of jobs which are over
    /// would have removed had it not been killed.
    private func removeAttempts(isDryRun: Bool, _ now: Instant) async throws(JobError) -> GarbageAmount {
        var amount = GarbageAmount()
        let limit = now.milliseconds - BlobSweep.youth.milliseconds
        var rest = AttemptPlace.jobs(in: context.project)[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(500))
            rest = rest.dropFirst(500)
            let gone = try await stored { () async throws(StoreError) in try await context.store.unknownJobs(some) }
            for id in some where !gone.contains(id) {
                amount = amount + (try await removeWork(of: id, isDryRun: isDryRun, before: limit))
            }
            for id in gone {
                guard let changed = AttemptPlace.changedAt(of: id, in: context.project), changed.milliseconds < limit
                else { continue }
                let size = AttemptPlace.amount(of: id, in: context.project)
                if isDryRun {
                    amount = amount + size
                } else if await AttemptPlace.remove(of: id, in: context.project) {
                    amount = amount + size
                }
            }
        }
        return amount
    }
    /// Removes the work folders of steps that succeeded of a job that ended before a time, in milliseconds since 1970.
    private func removeWork(of id: JobID, isDryRun: Bool, before limit: Int64) async throws(JobError) -> GarbageAmount {
        var amount = GarbageAmount()
        let names = AttemptPlace.attemptsWithWork(of: id, in: context.project)
        guard !names.isEmpty else { return amount }
        let found = try await stored { () async throws(StoreError) in
            guard let job = try await context.store.job(id), !job.isDriven, let end = job.completedAt,
                end.milliseconds < limit
            else { return [Attempt]() }
            return try await context.store.attempts(of: id)
        }
        for attempt in found where attempt.state == .succeeded {
            let folder = "\(context.project.stateFolder)/\(attempt.folder)"
            guard names.contains(where: { folder.hasSuffix("/\($0)") }) else { continue }
            let before = AttemptPlace.bytes(below: folder)
            if !isDryRun { await FinishedAttempt.discardWork(in: folder) }
            amount.add(bytes: isDryRun ? before : before - AttemptPlace.bytes(below: folder))
        }
        return amount
    }
}

/// A file of a job of which only the log tells any more.
package struct FreedAsset: Sendable, Hashable {
    package let value: FileValue
    package let assetType: String
    /// When its bytes were freed.
    package let freedAt: Instant

    /// Reads ``Asset/traces`` back.
    init?(_ traces: JSONValue, at instant: Instant) {
        guard var object = traces.objectValue, let type = traces["asset_type"]?.stringValue else { return nil }
        object["file_id"] = traces["asset_id"]
        guard let value = FileValue(json: .object(object)) else { return nil }
        self.value = value
        assetType = type
        freedAt = instant
    }
}

extension Event {
    /// The type of the event that says which assets a job has lost to a garbage collection.
    package static let assetsCollected = "job.assets_collected"
}
