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
    let onUpdate: @Sendable (JobUpdate) -> Void

    /// - Throws: `WORKFLOW_INVALID` when the pinned definitions cannot be read by this program.
    init(
        job: Job,
        actor: Actor,
        sandbox: SandboxLevel,
        context: EngineContext,
        executor: any StepExecutor,
        stop: StopSignal,
        onUpdate: @escaping @Sendable (JobUpdate) -> Void
    ) async throws(JobError) {
        let pinned = try await PinnedDefinitions.load(for: job, from: context)
        workflow = pinned.workflow
        tools = pinned.tools
        do { variables = try await context.store.variables(of: job.id) } catch { throw JobError(error) }
        self.job = job
        pending = JobChange(job.id)
        self.actor = actor
        self.sandbox = sandbox
        self.context = context
        self.executor = executor
        self.stop = stop
        self.onUpdate = onUpdate
    }

    /// Runs every step, then settles the job.
    mutating func drive() async throws(JobError) -> Job {
        begin()
        do { try AttemptPlace.prepare(for: job.id, in: context.project) } catch { throw JobError(error) }
        for index in job.steps.indices where job.steps[index].status != .completed {
            if stop.request > .none {
                return try await settle(.cancelled, message: JobService.cancelledMessage, code: .cancelled)
            }
            let failure: StepFailure?
            do throws(JobError) {
                failure = try await runStep(index)
            } catch {
                failure = try recoverable(error)
            }
            if let failure {
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

    private mutating func begin() {
        let now = context.now()
        record(.running, "job.started", at: now)
        job.startedAt = now
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

    /// Runs one step in one attempt.
    ///
    /// - Returns: Nil when it succeeded, else why not; the change is then still pending, to be written with the settling.
    private mutating func runStep(_ index: Int) async throws(JobError) -> StepFailure? {
        let definition = workflow.steps[index]
        guard let tool = tools[job.steps[index].toolDigest] else {
            return StepFailure(
                .toolNotFound,
                "The definition of tool \(job.steps[index].toolID) is not in the database."
            )
        }
        let now = context.now()
        job.steps[index].status = .running
        job.steps[index].startedAt = now
        job.steps[index].completedAt = nil
        let preparation = StepPreparation(
            step: definition,
            tool: tool,
            variables: variables,
            blobPath: context.blobs.path(of:)
        )
        let prepared: StepPreparation.Prepared
        do throws(StepFailure) { prepared = try preparation.prepare() } catch { return error }
        var attempt = newAttempt(of: index, tool: tool, definition, at: now)
        let invocation = invocation(attempt, prepared, tool, definition)
        pending.newAttempts = [attempt]
        pending.steps = pending.steps.filter { $0.sequenceNumber != index } + [job.steps[index]]
        pending.events.append(
            event("step.started", data: stepData(index, ["attempt_id": .string(attempt.id.rawValue)]), at: now)
        )
        do throws(JobError) {
            try await flush()
        } catch {
            // The attempt's row is not there, so its process must not be either.
            pending.newAttempts = []
            pending.events.removeLast()
            throw error
        }
        onUpdate(.step(index: index, job.steps[index]))
        let outcome: StepOutcome
        do throws(ExecutionError) {
            outcome = try await executor.run(invocation, stop: stop) { [self] progress in
                await self.note(progress, of: index)
            }
        } catch {
            attempt.end(.failed, because: error.message, at: context.now())
            pending.endedAttempts = [attempt]
            return StepFailure(error.code, error.message)
        }
        return finish(index, attempt, outcome, tool, definition)
    }

    private func newAttempt(of index: Int, tool: Tool, _ definition: WorkflowStep, at now: Instant) -> Attempt {
        let step = job.steps[index]
        return Attempt(
            id: context.identifiers.next(),
            jobID: job.id,
            stepID: step.id,
            sequenceNumber: index,
            number: 1,
            folder: "\(AttemptPlace.folder(of: job.id))/\(index + 1)-\(step.id)-1",
            startedAt: now,
            sandboxLevel: sandbox,
            requested: tool.requestedJSON(limits: limits(tool, definition))
        )
    }

    private func limits(_ tool: Tool, _ definition: WorkflowStep) -> ResourceLimits {
        var limits = tool.limits
        if let timeout = definition.timeout { limits.wall = timeout }
        return limits
    }

    private func invocation(
        _ attempt: Attempt,
        _ prepared: StepPreparation.Prepared,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) -> StepInvocation {
        StepInvocation(
            attemptID: attempt.id,
            jobID: job.id,
            stepID: attempt.stepID,
            attemptNumber: attempt.number,
            attemptFolder: "\(context.project.stateFolder)/\(attempt.folder)",
            toolFolder: tool.folder,
            command: prepared.command,
            environment: prepared.environment,
            stdin: prepared.stdin,
            inputs: prepared.inputs,
            limits: limits(tool, definition),
            sandbox: tool.sandbox,
            sandboxLevel: sandbox,
            successExitCodes: tool.successExitCodes,
            outputs: tool.outputs,
            progressPattern: tool.progressPattern
        )
    }

    private func note(_ progress: StepProgress, of index: Int) async {
        let whole = overallProgress(completed: index, percent: progress.percent ?? 0)
        onUpdate(.live(index: index, progress, jobProgress: whole))
        try? await context.store.note(
            progress: whole,
            liveOutput: progress.liveOutput,
            of: job.id,
            at: context.now()
        )
    }

    /// Steps weigh the same; 100 is kept for the end.
    func overallProgress(completed: Int, percent: Int) -> Int {
        min(99, (completed * 100 + percent) / max(1, job.steps.count))
    }

    /// Writes everything that is pending, with the job's row, in one transaction.
    mutating func flush() async throws(JobError) {
        job.version += 1
        job.updatedAt = context.now()
        var change = pending
        change.job = job
        let complete = change
        do {
            try await context.store.apply(complete)
        } catch {
            job.version -= 1
            throw JobError(error)
        }
        pending = JobChange(job.id)
        await leftovers.recorded()
    }
}
