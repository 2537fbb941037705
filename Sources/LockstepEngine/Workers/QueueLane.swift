internal import LockstepExecution
package import LockstepModel
internal import LockstepStore

/// The jobs of one tenant that stand by themselves and wait for a worker, the longest first.
actor QueueLane: WorkLane {
    nonisolated let id: String
    nonisolated let tenant: String
    nonisolated let limit: Int
    private let service: JobService
    private let runner: JobRunner
    private let report: @Sendable (WorkerNews) -> Void
    /// Jobs that were handed out and have not ended.
    private var taken: Set<JobID> = []
    /// When a job that could not start is tried again.
    private var deferred: [JobID: ContinuousClock.Instant] = [:]
    private var waiting: [EnqueuedJob] = []

    /// How long a job rests that could not start, because what it depends on is not complete for example.
    private static let rest = Duration.seconds(10)

    init(
        tenant: String,
        limit: Int,
        service: JobService,
        runner: JobRunner,
        report: @escaping @Sendable (WorkerNews) -> Void
    ) {
        id = "queue of \(tenant)"
        self.tenant = tenant
        self.limit = limit
        self.service = service
        self.runner = runner
        self.report = report
    }

    func next() async throws(JobError) -> Work? {
        if waiting.isEmpty {
            let now = ContinuousClock.now
            deferred = deferred.filter { $0.value > now }
            let store = service.context.store
            let (tenant, wanted) = (tenant, taken.count + deferred.count + limit)
            let found = try await service.stored { () async throws(StoreError) in
                try await store.enqueuedJobs(tenant: tenant, limit: wanted)
            }
            waiting = found.filter { !taken.contains($0.id) && deferred[$0.id] == nil }
        }
        guard !waiting.isEmpty else { return nil }
        let job = waiting.removeFirst()
        taken.insert(job.id)
        return Work { [self] _ in await perform(job) }
    }

    func look() async throws(JobError) {
        // What waits is read anew, so that a job that was cancelled or taken by somebody else is not offered for long.
        waiting = []
    }

    private func perform(_ job: EnqueuedJob) async -> Result<Void, JobError> {
        let owner = Actor(id: job.userID, tenantID: tenant, scopes: [.write, .execute])
        defer { taken.remove(job.id) }
        do throws(JobError) {
            report(.started(job.id))
            report(.ended(try await runner.run(job.id, as: owner, retries: false)))
            if waiting.isEmpty { await runner.discardLeftovers() }
            return .success(())
        } catch {
            // Storage is everybody's trouble; anything else is this job's alone, and it stays as it is.
            if error.code == .storageFull || error.code == .storageError { return .failure(error) }
            deferred[job.id] = .now + Self.rest
            // Otherwise somebody has started it elsewhere.
            if error.code != .invalidTransition { report(.refused(job.id, error)) }
            return .success(())
        }
    }
}

/// What the workers of the service have to tell.
package enum WorkerNews: Sendable {
    case started(JobID)
    case ended(Job)
    /// A job could not start; it is tried again later.
    case refused(JobID, JobError)
    /// So many batches are gone on with.
    case resumed(Int)
    case batch(BatchID, BatchUpdate)
    /// A lane rests for this.
    case trouble(String, JobError)
}
