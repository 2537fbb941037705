internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// A batch while this process drives it: makes the jobs of its rows when they are needed, a few at a time, and drives each.
///
/// Whatever it knows can be read from the database again: killed at any moment, the next one goes on where it was.
actor BatchDrive: WorkLane {
    nonisolated let id: String
    nonisolated let tenant: String
    nonisolated let limit: Int
    private let batch: Batch
    private let definitions: DefinitionSet
    private let checked: CheckedWorkflow
    private let service: JobService
    private let runner: JobRunner
    private let owner: Actor
    private let ownership: OwnerLock
    private let stop: StopSignal
    private let onUpdate: @Sendable (BatchUpdate) -> Void
    /// Jobs that wait for a slot, in the order of their rows.
    private var ready: [BatchJob]
    /// Of those, the ones that were made here: nobody else has driven them yet.
    private var new: Set<JobID> = []
    /// The last row that was looked at.
    private var lastRow = 0
    /// Whether no row is left of which a job could be made.
    private var isExhausted = false
    private var running = 0
    private var counts: BatchCounts
    private var isCancelled = false

    /// As many jobs as are made in one transaction.
    private static let chunk = 32

    /// Takes a batch over, and notes that it runs.
    ///
    /// - Parameters:
    ///   - runner: Carries out the steps; one for all jobs.
    ///   - stop: Cancels the batch.
    /// - Throws: `INVALID_TRANSITION` when it has ended, or when another process drives it.
    init(
        _ id: BatchID,
        service: JobService,
        runner: JobRunner,
        stop: StopSignal,
        onUpdate: @escaping @Sendable (BatchUpdate) -> Void
    ) async throws(JobError) {
        guard let lock = try BatchPlace.own(id, in: service.context.project) else {
            throw JobError(.invalidTransition, "\(id) is being driven by another process already.")
        }
        let batch = try await service.change(id, .driveBatch, as: .recovery) { (batch, now) throws(JobError) in
            guard !batch.state.isSettled else {
                throw JobError(
                    .invalidTransition,
                    "\(id) is \(batch.state.rawValue). `lockstep batches retry \(id.shortText)` runs again what failed."
                )
            }
            guard batch.state != .running else { return nil }
            var begun = batch
            begun.state = .running
            begun.startedAt = batch.startedAt ?? now
            return begun
        }
        let store = service.batches
        let (contents, ready, counts) = try await service.stored { () async throws(StoreError) in
            (
                try await store.definitions(of: batch), try await store.unsettledJobs(of: id),
                try await store.counts(of: id)
            )
        }
        definitions = try DefinitionSet.read(
            batch.workflowID,
            batch.workflowDigest,
            batch.pins,
            contents,
            service.context.project
        )
        checked = CheckedWorkflow(
            workflow: definitions.workflow,
            tools: definitions.tools.mapValues(\.tool),
            called: definitions.called.mapValues(\.workflow)
        )
        self.id = id.rawValue
        tenant = batch.tenantID
        limit = batch.maxParallel
        self.batch = batch
        self.service = service
        self.runner = runner
        owner = batch.owner
        ownership = lock
        self.stop = stop
        self.onUpdate = onUpdate
        self.ready = ready
        // What ran when another process drove it waits for a slot like the others.
        var waiting = counts
        waiting[.queued] += counts[.running]
        waiting[.running] = 0
        self.counts = waiting
        isCancelled = batch.cancelRequestedAt != nil
        if isCancelled { stop.stop() }
        onUpdate(.started(batch, waiting))
    }

    /// Whether nothing is left to do but to say how it ended.
    var isOver: Bool { running == 0 && (isCancelled || isExhausted && ready.isEmpty) }

    func next() async throws(JobError) -> Work? {
        if stop.request > .none { isCancelled = true }
        guard !isCancelled else { return nil }
        while ready.isEmpty, !isExhausted { try await makeJobs() }
        guard !ready.isEmpty else { return nil }
        let job = ready.removeFirst()
        running += 1
        return Work { [self] in await perform(job) }
    }

    func look() async throws(JobError) {
        guard !isCancelled else { return }
        let id = batch.id
        let store = service.batches
        let found = try await service.stored { () async throws(StoreError) in try await store.batch(id) }
        guard found?.cancelRequestedAt != nil || found == nil else { return }
        isCancelled = true
        stop.stop()
    }

    /// Says how the batch ended, and gives it back; jobs that were made and not started are cancelled with it.
    func conclude() async throws(JobError) -> Batch {
        let id = batch.id
        if isCancelled {
            _ = try await service.change(id, .driveBatch, as: .recovery) { batch, now in
                guard batch.cancelRequestedAt == nil, !batch.state.isSettled else { return nil }
                var asked = batch
                asked.cancelRequestedAt = now
                return asked
            }
            let store = service.batches
            let left = try await service.stored { () async throws(StoreError) in try await store.unsettledJobs(of: id) }
            for job in left {
                do throws(JobError) {
                    _ = try await service.cancelJob(job.id, as: owner)
                } catch {
                    guard error.code == .invalidTransition || error.code == .jobNotFound else { throw error }
                }
            }
        }
        let settled = try await service.settle(id)
        let store = service.batches
        counts = try await service.stored { () async throws(StoreError) in try await store.counts(of: id) }
        onUpdate(.settled(settled, counts))
        if settled.state.isSettled { BatchPlace.forget(id, in: service.context.project) }
        ownership.release()
        return settled
    }

    /// Gives the batch back as it is; nothing of it may be running here. The next one goes on with it.
    func giveBack() { ownership.release() }

    /// Makes the jobs of the next rows, in one transaction.
    private func makeJobs() async throws(JobError) {
        let (id, after) = (batch.id, lastRow)
        let store = service.batches
        let rows = try await service.stored { () async throws(StoreError) in
            try await store.pendingRows(of: id, after: after, limit: Self.chunk)
        }
        guard let last = rows.last else {
            isExhausted = true
            return
        }
        var starts: [BatchRowStart] = []
        var made: [BatchJob] = []
        for row in rows {
            do throws(JobError) {
                let creation = try service.creation(of: request(for: row), definitions, as: owner)
                starts.append(BatchRowStart(number: row.number, outcome: .job(creation)))
                made.append(BatchJob(id: creation.job.id, row: row.number, rowName: row.name))
            } catch {
                guard error.code == .validationError else { throw error }
                let details = error.fields.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
                let problem = details.isEmpty ? error.message : details
                starts.append(BatchRowStart(number: row.number, outcome: .refused(problem)))
            }
        }
        let complete = starts
        Failpoint.beforeRowsStarted.reach()
        try await service.stored { () async throws(StoreError) in try await store.start(complete, of: id) }
        Failpoint.afterRowsStarted.reach()
        lastRow = last.number
        ready += made
        new.formUnion(made.map(\.id))
        counts[.pending] -= starts.count
        counts[.queued] += made.count
        counts[.refused] += starts.count - made.count
        for start in starts {
            guard case .refused(let problem) = start.outcome else { continue }
            let news = BatchRowNews(row: start.number, name: rows.first { $0.number == start.number }?.name, jobID: nil)
            onUpdate(.rowEnded(news, .refused, problem: problem, counts))
        }
    }

    private func request(for row: NewBatchRow) -> CreateJobRequest {
        var request = CreateJobRequest(
            workflow: checked,
            name: row.name,
            inputs: row.inputs.map { GivenInput(name: $0.name, value: .json($0.value), folder: "/") }
        )
        request.reusesSteps = batch.reusesSteps
        request.details.batchID = batch.id.rawValue
        request.details.scheduleID = batch.scheduleID
        return request
    }

    private func perform(_ job: BatchJob) async -> Result<Void, JobError> {
        let news = BatchRowNews(row: job.row, name: job.rowName, jobID: job.id)
        counts[.queued] -= 1
        counts[.running] += 1
        onUpdate(.rowStarted(news, counts))
        // Of its own, because others run beside it.
        let own = stop.makeFollower()
        defer { stop.release(own) }
        let result = await end(of: job, isNew: new.remove(job.id) != nil, stop: own)
        running -= 1
        switch result {
        case .success(let job):
            let state = job.map { BatchRowState($0.state) } ?? .deleted
            counts[.running] -= 1
            counts[state] += 1
            onUpdate(.rowEnded(news, state, problem: job?.errorMessage, counts))
            return .success(())
        case .failure(let error): return .failure(error)
        }
    }

    /// Drives a job until it has ended, whoever else may have begun with it; nil when it was deleted.
    private nonisolated func end(of job: BatchJob, isNew: Bool, stop: StopSignal) async -> Result<Job?, JobError> {
        let onUpdate = onUpdate
        let onProgress: @Sendable (Int, String?) -> Void = { percent, line in
            onUpdate(.rowProgress(row: job.row, percent: percent, liveOutput: line))
        }
        var isNew = isNew
        while true {
            do throws(JobError) {
                let left = try await drive(job.id, isNew: isNew, stop: stop, onProgress)
                if left.state.isSettled { return .success(left) }
                // Somebody has paused it; it keeps its slot until it ends or is resumed.
                if stop.request > .none { _ = try await service.cancelJob(job.id, as: owner) }
            } catch {
                if isNew, error.code == .invalidTransition {
                    isNew = false
                    continue
                }
                guard error.code == .jobNotFound else { return .failure(error) }
                return .success(nil)
            }
            isNew = false
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    private nonisolated func drive(
        _ id: JobID,
        isNew: Bool,
        stop: StopSignal,
        _ onProgress: @escaping @Sendable (Int, String?) -> Void
    ) async throws(JobError) -> Job {
        guard isNew else {
            return try await runner.runCalled(
                id,
                as: owner,
                sandbox: batch.sandbox,
                retries: false,
                stop: stop,
                onProgress: onProgress
            )
        }
        return try await runner.runNew(id, as: owner, sandbox: batch.sandbox, stop: stop) { update in
            if case .live(_, let progress, let whole) = update { onProgress(whole, progress.liveOutput) }
        }
    }
}
