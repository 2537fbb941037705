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
    var leftovers = WorkLeftovers()
    let workflow: Workflow
    let tools: [String: Tool]
    let actor: Actor
    let sandbox: SandboxLevel
    let context: EngineContext
    let executor: any StepExecutor
    let stop: StopSignal
    let watch: RunWatch
    /// How many steps to run; nil means all.
    let stepLimit: Int?
    let onUpdate: @Sendable (JobUpdate) -> Void
    /// The number that the next attempt of a step gets, by place of the step; 1 where there is none.
    var attemptNumbers: [Int: Int] = [:]
    /// Attempts that a runner started which has died, by place of the step.
    var inherited: [Int: Attempt] = [:]
    /// How often in a row this run has lost an attempt of a step, by place of the step.
    var losses: [Int: Int] = [:]
    /// How many attempts of a step have failed or were lost in this run of the job, by place of the step.
    var tries: [Int: Int] = [:]
    let fingerprinter = StepFingerprinter()
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

    /// - Throws: `WORKFLOW_INVALID` when the pinned definitions cannot be read by this program.
    init(
        job: Job,
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
        let pinned = try await PinnedDefinitions.load(for: job, from: context)
        workflow = pinned.workflow
        tools = pinned.tools
        do throws(StoreError) {
            variables = try await context.store.variables(of: job.id)
            if job.runNumber > 0 { attempts = try await context.store.attempts(of: job.id) }
        } catch {
            throw JobError(error)
        }
        self.job = job
        pending = JobChange(job.id)
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

    /// Runs the steps that have not completed, then settles the job.
    ///
    /// - Returns: The settled job; a paused one when somebody paused it or the step limit was reached.
    mutating func drive() async throws(JobError) -> Job {
        if job.isDriven { try await takeOver() } else { begin() }
        var stepsToRun = stepLimit ?? job.steps.count
        for index in job.steps.indices where job.steps[index].status != .completed {
            // What may still live of the step is looked after first, whatever is wanted of the job.
            if inherited[index] == nil {
                if stop.request > .none { return try await settleStopped() }
                if job.state == .paused || stepsToRun == 0 { return try await rest() }
            }
            stepsToRun -= 1
            let end: StepEnd
            do throws(JobError) {
                end = try await runStep(index)
            } catch {
                end = .failed(try recoverable(error))
            }
            switch end {
            case .succeeded, .again: continue
            case .notStarted:
                let isStopped = stop.request > .none || job.cancelRequestedAt != nil
                return isStopped ? try await settleStopped() : try await rest()
            case .failed(let failure):
                if job.steps[index].status != .failed { fail(index, failure) }
                let isCancelled = failure.code == .cancelled
                return try await settle(
                    isCancelled ? .cancelled : .failed,
                    message: isCancelled ? JobService.cancelledMessage : failure.message,
                    code: failure.code
                )
            }
        }
        return try await settle(.completed, message: nil, code: nil)
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

    /// Settles a job whose stop signal is up: cancelled, or timed out.
    private mutating func settleStopped() async throws(JobError) -> Job {
        if watch.hasTimedOut {
            let failure = timeoutFailure
            return try await settle(.failed, message: failure.message, code: failure.code)
        }
        return try await settle(.cancelled, message: JobService.cancelledMessage, code: .cancelled)
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
        }
        job.isDriven = true
        job.completedAt = nil
        job.errorMessage = nil
        job.errorCode = nil
        onUpdate(.started(job))
    }

    /// A full disk must still let the failure be recorded: the ballast makes room for it.
    private func recoverable(_ error: JobError) throws(JobError) -> StepFailure {
        switch error.code {
        case .storageFull:
            context.ballast.release()
            return StepFailure(error.code, error.message)
        case .concurrencyError: throw error
        default: return StepFailure(error.code, error.message)
        }
    }

    /// Runs one step, in more than one attempt when attempts are lost or its policy wants it.
    ///
    /// - Returns: When it failed, the change is still pending, to be written with the settling. Never that it is to be tried again.
    private mutating func runStep(_ index: Int) async throws(JobError) -> StepEnd {
        let definition = workflow.steps[index]
        guard let tool = tools[job.steps[index].toolDigest] else {
            return .failed(
                StepFailure(
                    .toolNotFound,
                    "The definition of tool \(job.steps[index].toolID) is not in the database."
                )
            )
        }
        if let attempt = inherited.removeValue(forKey: index) {
            let end = try await adopt(attempt, tool, definition)
            guard case .again = end else { return end }
        }
        while true {
            if stop.request > .none || job.state == .paused { return .notStarted }
            guard try await waitForRetry(of: index) else { return .notStarted }
            let end = try await runAttempt(of: index, tool, definition)
            guard case .again = end else { return end }
        }
    }

    /// Writes everything that is pending, with the job's row, in one transaction.
    ///
    /// - Returns: False when somebody else has changed the job meanwhile; nothing was written then, and what they changed
    ///   has been taken over into ``job``.
    /// - Throws: `CONCURRENCY_ERROR` when the job is no longer this run's to go on with.
    mutating func flush() async throws(JobError) -> Bool {
        if !pending.endedAttempts.isEmpty { Failpoint.beforeResultRecorded.reach() }
        job.version += 1
        job.updatedAt = context.now()
        var change = pending
        change.job = job
        let complete = change
        do {
            try await context.store.apply(complete)
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
        job = merged
        for report in unrecorded { report.apply(to: &job) }
    }
}
