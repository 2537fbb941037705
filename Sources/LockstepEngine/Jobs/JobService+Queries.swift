internal import LockstepDefinitions
package import LockstepJSON
package import LockstepModel
internal import LockstepStore

extension JobService {
    /// - Throws: `JOB_NOT_FOUND`; `PERMISSION_DENIED` for a job of another tenant.
    package func getJob(_ id: JobID, as actor: Actor) async throws(JobError) -> Job {
        try await job(id, for: .getJob, as: actor)
    }

    /// Finds a job by what a person types: its whole id, the beginning or the end of it, or `last` for the newest.
    ///
    /// - Throws: `JOB_NOT_FOUND`, also when several jobs are meant.
    package func findJob(_ text: String, as actor: Actor) async throws(JobError) -> Job {
        try actor.require(.getJob)
        if text == "last" {
            guard let job = try await listJobs(JobFilter(limit: 1), as: actor).jobs.first else {
                throw JobError(.jobNotFound, "There are no jobs yet. `lockstep run workflow` starts one.")
            }
            return job
        }
        guard text.count >= 4 else {
            throw JobError(
                .jobNotFound,
                "\"\(text)\" is too short to find a job by; give at least 4 characters of its id."
            )
        }
        let ids = try await stored { () async throws(StoreError) in
            try await context.store.jobIDs(matching: text, tenant: actor.tenantID)
        }
        if ids.count > 1, !ids.contains(JobID(text)) {
            let some = ids.prefix(3).map(\.rawValue).joined(separator: ", ")
            throw JobError(.jobNotFound, "\"\(text)\" fits several jobs (\(some)…); give more of the id.")
        }
        return try await getJob(ids.first ?? JobID(text), as: actor)
    }

    /// One page of the actor's tenant's jobs, newest first.
    package func listJobs(_ filter: JobFilter, as actor: Actor) async throws(JobError) -> JobPage {
        try actor.require(.listJobs)
        let tenant = filter.tenant ?? actor.tenantID
        guard actor.reaches(tenant: tenant) else {
            throw JobError(.permissionDenied, "\(actor.id) may not list the jobs of another tenant.")
        }
        var query = try filter.query(tenant: tenant)
        query.visibleTo = context.ownerOnly(actor, in: tenant)
        var jobs = try await stored { () async throws(StoreError) in try await context.store.jobs(query) }
        let hasMore = jobs.count > filter.limit
        if hasMore { jobs.removeLast() }
        return JobPage(jobs: jobs, nextCursor: hasMore ? jobs.last?.id.rawValue : nil)
    }

    /// A job's events after a sequence number, oldest first.
    package func listEvents(_ id: JobID, after sequence: Int64 = 0, as actor: Actor) async throws(JobError) -> [Event] {
        _ = try await job(id, for: .listEvents, as: actor)
        return try await stored { () async throws(StoreError) in
            try await context.store.events(of: id, after: sequence)
        }
    }

    /// A job's assets in the order they were made, inputs among them, each with its ``Asset/url``.
    package func listAssets(_ id: JobID, as actor: Actor) async throws(JobError) -> [Asset] {
        _ = try await job(id, for: .listAssets, as: actor)
        return try await stored { () async throws(StoreError) in try await context.store.assets(of: id) }
            .map { located($0) }
    }

    /// Absolute path of the bytes of an asset of a job.
    ///
    /// - Throws: `ASSET_NOT_FOUND`, also when the job has no such asset.
    package func readAsset(_ asset: AssetID, of id: JobID, as actor: Actor) async throws(JobError) -> String {
        _ = try await job(id, for: .readAsset, as: actor)
        let assets = try await stored { () async throws(StoreError) in try await context.store.assets(of: id) }
        guard let found = assets.first(where: { $0.id == asset }) else {
            throw JobError(.assetNotFound, "\(id) has no asset \(asset). `lockstep outputs list` shows those it has.")
        }
        guard context.blobs.contains(found.sha256) else {
            throw JobError(
                .storageError,
                "The bytes of \(asset) (\(found.name)) are missing. Restore \(found.storagePath) in the state folder."
            )
        }
        return context.blobs.path(of: found.sha256)
    }

    /// Absolute path of an asset's bytes.
    package func assetPath(_ asset: Asset) -> String { context.blobs.path(of: asset.sha256) }

    /// A job's attempts in the order they were started; folders are absolute.
    package func listAttempts(_ id: JobID, as actor: Actor) async throws(JobError) -> [Attempt] {
        _ = try await job(id, for: .listAttempts, as: actor)
        let attempts = try await stored { () async throws(StoreError) in try await context.store.attempts(of: id) }
        return attempts.map { attempt in
            var attempt = attempt
            attempt.folder = "\(context.project.stateFolder)/\(attempt.folder)"
            return attempt
        }
    }

    /// The values of all of a job's variables, by name.
    package func listVariables(_ id: JobID, as actor: Actor) async throws(JobError) -> [String: JSONValue] {
        _ = try await job(id, for: .listVariables, as: actor)
        return try await stored { () async throws(StoreError) in try await context.store.variables(of: id) }
    }

    func stored<Value: Sendable>(_ body: () async throws(StoreError) -> Value) async throws(JobError) -> Value {
        do { return try await body() } catch { throw JobError(error) }
    }
}
