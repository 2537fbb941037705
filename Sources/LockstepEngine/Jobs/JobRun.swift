internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// One job while it is being driven: the values in memory, and the changes that are yet to be written.
///
/// The end of a step and the start of the next are one transaction, so a step costs one commit.
struct JobRun {
    var job: Job
    var variables: [String: JSONValue]
    var pending: JobChange
    var leftovers: WorkLeftovers
    let workflow: Workflow
    let tools: [String: Tool]
    let pinned: PinnedDefinitions
    let actor: Actor
    let sandbox: SandboxLevel
    let context: EngineContext
    let executor: any StepExecutor
    let stop: StopSignal
    let watch: RunWatch
    /// How many steps to run; nil means all.
    let stepLimit: Int?
    let onUpdate: @Sendable (JobUpdate) -> Void
    /// Items of `for_each` that are being worked on, by place.
    var items: [Int: JobStep] = [:]
    /// The list that the present `for_each` runs over.
    var loopItems: [JSONValue] = []
    /// Places of items that have no row yet.
    var unstoredItems: Set<Int> = []
    /// The number that the next attempt of a step gets, by place of the step; 1 where there is none.
    var attemptNumbers: [Int: Int] = [:]
    /// Attempts that a runner started which has died, by place of the step.
    var inherited: [Int: Attempt] = [:]
    /// How often in a row this run has lost an attempt of a step, by place of the step.
    var losses: [Int: Int] = [:]
    /// How many attempts of a step have failed or were lost in this run of the job, by place of the step.
    var tries: [Int: Int] = [:]
    let fingerprinter: StepFingerprinter
    /// Of a runner that drives many jobs, so that another one will most likely follow; nil when it drives this one.
    let memory: RunnerMemory?
    /// Called when nothing is left of the job but to record how it ended, so that another one may begin meanwhile.
    var onEnding: (@Sendable () -> Void)?
    /// Held while the job is driven; see ``JobRunner``.
    let ownership: OwnerLock
    /// Whether a paused job stays paused when it is taken over.
    let keepsPause: Bool
    /// What tools reported and no transaction holds yet.
    var unrecorded: [StepReport] = []
    /// Of the steps that are still to run.
    var secrets = JobSecrets()
    /// Whether the start is recorded; before that, whoever else changes the job wins.
    private(set) var hasBegun = false

    init(
        job: Job,
        pinned: PinnedDefinitions,
        memory: RunnerMemory?,
        actor: Actor,
        sandbox: SandboxLevel,
        context: EngineContext,
        executor: any StepExecutor,
        stop: StopSignal,
        watch: RunWatch,
        stepLimit: Int?,
        ownership: OwnerLock,
        keepsPause: Bool,
        onUpdate: @escaping @Sendable (JobUpdate) -> Void
    ) async throws(JobError) {
        var attempts: [Attempt] = []
        workflow = pinned.workflow
        tools = pinned.tools
        self.pinned = pinned
        self.memory = memory
        fingerprinter = memory?.fingerprinter ?? StepFingerprinter()
        do throws(StoreError) {
            if job.runNumber > 0 {
                variables = try await context.store.variables(of: job.id)
                attempts = try await context.store.attempts(of: job.id)
            } else {
                variables = Dictionary(job.inputValues.map { ($0.name, $0.value) }) { $1 }
            }
        } catch {
            throw JobError(error)
        }
        self.job = job
        pending = JobChange(job.id)
        leftovers = WorkLeftovers(in: "\(context.project.stateFolder)/\(AttemptPlace.folder(of: job.id))")
        self.actor = actor
        self.sandbox = sandbox
        self.context = context
        self.executor = executor
        self.stop = stop
        self.watch = watch
        self.stepLimit = stepLimit
        self.ownership = ownership
        self.keepsPause = keepsPause
        self.onUpdate = onUpdate
        for attempt in attempts {
            attemptNumbers[attempt.sequenceNumber] = attempt.number + 1
            if job.isDriven { inherit(attempt) }
            let goesOn = job.state == .running || job.state == .paused
            if goesOn, attempt.runNumber == job.runNumber, attempt.state == .failed || attempt.state == .lost {
                tries[attempt.sequenceNumber, default: 0] += 1
            }
        }
    }

    /// Runs the steps that have not completed, then those of `finally`, and settles the job.
    ///
    /// - Returns: The settled job; a paused one when somebody paused it or the step limit was reached.
    mutating func drive() async throws(JobError) -> Job {
        if job.isDriven { try await takeOver() } else { begin() }
        if let ending = job.ending { return try await finish(ending) }
        guard let ending = try await runSteps() else { return try await rest() }
        return try await finish(ending)
    }

    /// How one step went.
    enum StepEnd {
        case succeeded
        case failed(StepFailure)
        /// The attempt failed or was lost, and another one may be started.
        case again
        /// Somebody paused or cancelled the job before it.
        case notStarted
    }

    /// Why a step ends whose job is to stop.
    var stopFailure: StepFailure {
        watch.hasTimedOut ? timeoutFailure : StepFailure(.cancelled, JobService.cancelledMessage)
    }

    /// What a job says that took longer than its `timeout_seconds`.
    var timeoutFailure: StepFailure {
        StepFailure(
            .timedOut,
            "The job did not end within its timeout_seconds (\(job.timeoutSeconds ?? 0)) and was stopped. "
                + "Give it more time and retry it."
        )
    }

    private mutating func begin() {
        let now = context.now()
        if job.state == .running {
            // Resumed by somebody who left the steps to this run.
        } else if job.state == .paused {
            record(.running, "job.status_changed", at: now)
        } else {
            record(.running, "job.started", at: now)
            job.startedAt = now
            job.runNumber += 1
            // An administrator may have put the job back while its steps of `finally` ran.
            job.ending = nil
        }
        job.isDriven = true
        job.enqueuedAt = nil
        job.completedAt = nil
        job.errorMessage = nil
        job.errorCode = nil
        onUpdate(.started(job))
    }

    /// Writes everything that is pending, with the job's row, in one transaction.
    ///
    /// - Parameter isPatient: Whether it may wait some milliseconds for what another job writes.
    /// - Returns: False when somebody else has changed the job meanwhile; nothing was written then, and what they changed
    ///   has been taken over into ``job``.
    /// - Throws: `CONCURRENCY_ERROR` when the job is no longer this run's to go on with.
    mutating func flush(isPatient: Bool = false) async throws(JobError) -> Bool {
        if !pending.endedAttempts.isEmpty { Failpoint.beforeResultRecorded.reach() }
        job.version += 1
        job.updatedAt = context.now()
        var change = pending
        change.job = job
        let complete = change
        do {
            try await context.store.apply(complete, isPatient: isPatient)
        } catch {
            job.version -= 1
            guard error.code == .concurrencyError, hasBegun else { throw JobError(error) }
            try await mergeChanges(orThrow: JobError(error))
            return false
        }
        if !pending.endedAttempts.isEmpty { Failpoint.afterResultRecorded.reach() }
        if !hasBegun {
            let now = context.now().milliseconds
            watch.begin(
                runNumber: job.runNumber,
                left: job.deadline.map { .milliseconds($0.milliseconds - now) }
            )
        }
        hasBegun = true
        unstoredItems.subtract(pending.newSteps.map(\.sequenceNumber))
        pending = JobChange(job.id)
        unrecorded = []
        await leftovers.recorded()
        return true
    }

    /// Takes over what others have changed, unless they have ended the run or given the job to another.
    private mutating func mergeChanges(orThrow error: JobError) async throws(JobError) {
        let found: Job?
        do { found = try await context.store.job(job.id) } catch { throw JobError(error) }
        guard let found, found.version != job.version, found.runNumber == job.runNumber, found.isDriven,
            found.status == .running
        else { throw error }
        var merged = found
        merged.progress = max(job.progress, found.progress)
        merged.liveOutput = job.liveOutput
        merged.steps = job.steps
        merged.ending = job.ending
        job = merged
        for report in unrecorded { report.apply(to: &job) }
    }
}
