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
    /// Of the rows' inputs.
    private let files = StoredFiles()
    /// Jobs that wait for a slot, in the order of their rows, from ``position`` on.
    private var ready: [BatchJob]
    private var position = 0
    /// Of those, the ones that were made here, as they were made: nobody else has driven them yet.
    private var new: [JobID: Job] = [:]
    /// Jobs that could not start, and when they are tried again.
    private var deferred: [(job: BatchJob, until: ContinuousClock.Instant)] = []
    /// Jobs that somebody has paused; they want a slot again when they are resumed.
    private var paused: [BatchJob] = []
    /// Why a job waits that could not go on, as it was told.
    private var troubles: [JobID: String] = [:]
    /// How often a job has failed because of the machine.
    private var machineFailures: [JobID: Int] = [:]
    /// Those that have a slot.
    private var live: Set<JobID> = []
    /// The last row that was looked at.
    private var lastRow = 0
    /// Whether no row is left of which a job could be made.
    private var isExhausted = false
    private var counts: BatchCounts
    private var isCancelled = false
    private var cancelReason: String?

    /// As many jobs as are made in one transaction.
    private static let chunk = 32
    /// Bytes of input files after which no further job is made in the same transaction.
    private static let chunkBytes: Int64 = 16 << 20
    /// How long a job rests that could not start, because what it depends on is not complete for example.
    private static let rest = Duration.seconds(10)
    /// How often a row may fail because of the machine before it stays failed.
    private static let mostMachineFailures = 3

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
        cancelReason = batch.cancelReason
        if isCancelled { stop.stop() }
        onUpdate(.started(batch, waiting))
    }

    /// Whether nothing is left to do but to say how it ended.
    var isOver: Bool {
        let isThrough = isExhausted && position == ready.count && deferred.isEmpty && paused.isEmpty
        return live.isEmpty && (isCancelled || isThrough)
    }

    func next() async throws(JobError) -> Work? {
        if stop.request > .none { isCancelled = true }
        guard !isCancelled else { return nil }
        while position == ready.count, !isExhausted { try await makeJobs() }
        let now = ContinuousClock.now
        let job: BatchJob
        if position < ready.count {
            job = ready[position]
            position += 1
        } else if let index = deferred.firstIndex(where: { $0.until <= now }) {
            job = deferred.remove(at: index).job
        } else {
            return nil
        }
        live.insert(job.id)
        return Work { [self] giveBack in await perform(job, giveBack) }
    }

    func look() async throws(JobError) {
        guard !isCancelled else { return }
        let id = batch.id
        let store = service.batches
        for job in paused {
            let found = try await service.stored { () async throws(StoreError) in
                try await service.context.store.job(job.id)
            }
            if let found, found.state == .paused { continue }
            paused.removeAll { $0.id == job.id }
            deferred.append((job, .now))
        }
        let found = try await service.stored { () async throws(StoreError) in try await store.batch(id) }
        guard found?.cancelRequestedAt != nil || found == nil else { return }
        isCancelled = true
        cancelReason = found?.cancelReason
        // First on record, so that the log of each says why.
        if let cancelReason {
            for job in live { _ = try? await service.cancelJob(job, reason: cancelReason, as: owner) }
        }
        stop.stop()
    }

    /// Says how the batch ended, and gives it back; jobs that were made and not started are cancelled with it.
    ///
    /// - Returns: Not settled while a job of a cancelled batch is still to be stopped by another process.
    func conclude() async throws(JobError) -> Batch {
        let id = batch.id
        if isCancelled {
            _ = try await service.change(id, .driveBatch, as: .recovery) { batch, now in
                guard batch.cancelRequestedAt == nil, !batch.state.isSettled else { return nil }
                var asked = batch
                asked.cancelRequestedAt = now
                return asked
            }
            try await service.cancelUnsettledJobs(of: id, reason: cancelReason, as: owner)
        }
        let settled = try await service.settle(id)
        let store = service.batches
        counts = try await service.stored { () async throws(StoreError) in try await store.counts(of: id) }
        guard settled.state.isSettled || !isCancelled else { return settled }
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
        guard !rows.isEmpty else {
            isExhausted = true
            return
        }
        var starts: [BatchRowStart] = []
        var made: [(row: BatchJob, job: Job)] = []
        var bytes: Int64 = 0
        // The first job should not wait until the files of all are copied.
        for row in rows where bytes <= Self.chunkBytes {
            do throws(JobError) {
                let creation = try service.creation(of: request(for: row), definitions, memory: files, as: owner)
                starts.append(BatchRowStart(number: row.number, outcome: .job(creation)))
                bytes += creation.assets.reduce(0) { $0 + $1.size }
                made.append((BatchJob(id: creation.job.id, row: row.number, rowName: row.name), creation.job))
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
        lastRow = starts.last?.number ?? lastRow
        ready = Array(ready[position...]) + made.map(\.row)
        position = 0
        for (row, job) in made { new[row.id] = job }
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

    /// - Parameter onEnding: Called when no step of the job will run any more.
    private func perform(
        _ job: BatchJob,
        _ onEnding: @escaping @Sendable () -> Void
    ) async -> Result<Void, JobError> {
        let news = BatchRowNews(row: job.row, name: job.rowName, jobID: job.id)
        counts[.queued] -= 1
        counts[.running] += 1
        onUpdate(.rowStarted(news, counts))
        // Of its own, because others run beside it.
        let own = stop.makeFollower()
        defer { stop.release(own) }
        let result = await end(of: job, made: new.removeValue(forKey: job.id), stop: own, onEnding)
        live.remove(job.id)
        counts[.running] -= 1
        switch result {
        case .success(let ended) where ended?.state == .paused:
            paused.append(job)
            putBack(news, job.id, "It is paused; `lockstep jobs resume \(job.id.shortText)` lets it go on.")
            return .success(())
        case .success(let ended):
            if let ended, let trouble = await makeReady(ended, again: job) {
                putBack(news, job.id, trouble.message)
                return .failure(trouble)
            }
            let state = ended.map { BatchRowState($0.state) } ?? .deleted
            counts[state] += 1
            onUpdate(.rowEnded(news, state, problem: ended?.errorMessage, counts))
            return .success(())
        case .failure(let error):
            putBack(news, job.id, error.message)
            deferred.append((job, .now + (error.code.isOfMachine ? .zero : Self.rest)))
            // Anything else is this job's trouble alone, and the others go on.
            return error.code.isOfMachine ? .failure(error) : .success(())
        }
    }

    private func putBack(_ news: BatchRowNews, _ id: JobID, _ trouble: String) {
        counts[.queued] += 1
        let isNew = troubles.updateValue(trouble, forKey: id) != trouble
        onUpdate(.rowWaits(news, problem: isNew ? trouble : nil, counts))
    }

    /// Puts a job back among those that wait which failed because the machine, and not the row, was in trouble.
    ///
    /// - Returns: The trouble, which the next row would be in as well; nil when the job is over.
    private func makeReady(_ failed: Job, again job: BatchJob) async -> JobError? {
        guard failed.state == .failed, !isCancelled,
            let code = failed.errorCode.flatMap({ JobErrorCode(rawValue: $0) }), code.isOfMachine
        else { return nil }
        machineFailures[job.id, default: 0] += 1
        guard machineFailures[job.id, default: 0] < Self.mostMachineFailures else { return nil }
        do throws(JobError) {
            _ = try await service.retryJob(job.id, as: owner)
        } catch {
            return nil
        }
        deferred.append((job, .now))
        return JobError(code, failed.errorMessage ?? "")
    }

    /// Drives a job until it has ended, whoever else may have begun with it, or is paused; nil when it was deleted.
    ///
    /// - Parameter made: The job when it was made here and nobody has driven it yet.
    private nonisolated func end(
        of job: BatchJob,
        made: Job?,
        stop: StopSignal,
        _ onEnding: @escaping @Sendable () -> Void
    ) async -> Result<Job?, JobError> {
        let onUpdate = onUpdate
        let onProgress: @Sendable (Int, String?) -> Void = { percent, line in
            onUpdate(.rowProgress(row: job.row, percent: percent, liveOutput: line))
        }
        do throws(JobError) {
            if let made, let left = try await first(made, stop: stop, onEnding, onProgress),
                left.state.isSettled || left.state == .paused
            {
                return .success(left)
            }
            let found = try await service.job(job.id, for: .startJob, as: owner)
            if found.state == .paused, !found.isDriven { return .success(found) }
            return .success(
                try await runner.runCalled(
                    job.id,
                    as: owner,
                    sandbox: batch.sandbox,
                    retries: false,
                    stop: stop,
                    onProgress: onProgress
                )
            )
        } catch {
            guard error.code == .jobNotFound else { return .failure(error) }
            return .success(nil)
        }
    }

    /// Drives a job that was just made; nil when somebody else was faster.
    private nonisolated func first(
        _ made: Job,
        stop: StopSignal,
        _ onEnding: @escaping @Sendable () -> Void,
        _ onProgress: @escaping @Sendable (Int, String?) -> Void
    ) async throws(JobError) -> Job? {
        do throws(JobError) {
            return try await runner.runNew(
                made,
                as: owner,
                sandbox: batch.sandbox,
                stop: stop,
                onEnding: onEnding,
                onUpdate: { update in
                    if case .live(_, let progress, let whole) = update { onProgress(whole, progress.liveOutput) }
                }
            )
        } catch {
            guard error.code == .invalidTransition else { throw error }
            return nil
        }
    }
}
