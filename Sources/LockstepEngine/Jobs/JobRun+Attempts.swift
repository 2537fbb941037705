internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// One attempt after the other: what each gets, what is recorded before it starts, and what it tells while it runs.
extension JobRun {
    /// How the start of an attempt went.
    enum AttemptStart {
        /// It is on record and may run.
        case started(StartedAttempt)
        /// The step is over, or not to be started.
        case over(StepEnd)
    }

    /// What is needed to run an attempt and to take over how it ended.
    struct StartedAttempt: Sendable {
        let attempt: Attempt
        let invocation: StepInvocation
        let fingerprint: StepFingerprint?
        let tool: Tool
        let definition: WorkflowStep
    }

    /// Runs one attempt of a step, or takes the result of an equal one when the job wants that.
    mutating func runAttempt(
        of index: Int,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) async throws(JobError) -> StepEnd {
        switch try await startAttempt(of: index, tool, definition) {
        case .over(let end): return end
        case .started(let started): return await conclude(started, await carryOut(started))
        }
    }

    /// Records an attempt of a step, so that it may run; not when an equal result is taken, or when something is missing.
    mutating func startAttempt(
        of index: Int,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) async throws(JobError) -> AttemptStart {
        let preparation = StepPreparation(
            step: definition,
            tool: tool,
            variables: scope(of: index),
            blobPath: context.blobs.path(of:)
        )
        let prepared: StepPreparation.Prepared
        do throws(StepFailure) { prepared = try preparation.prepare() } catch { return .over(.failed(error)) }
        let fingerprint = await fingerprint(of: index, tool, prepared)
        if let fingerprint, let earlier = try await reusableStep(fingerprint) {
            reuse(earlier, for: index, fingerprint, definition)
            return .over(.succeeded)
        }
        if let failure = budgetFailure(before: tool) { return .over(.failed(failure)) }
        if let failure = secrets.failure(before: definition.id, tool) { return .over(.failed(failure)) }
        let before = self[step: index]
        let now = context.now()
        begin(index, at: now)
        let attempt = newAttempt(of: index, tool: tool, definition, at: now)
        let invocation = invocation(attempt, prepared, tool, definition)
        pending.newAttempts.append(attempt)
        keep(fingerprint, of: index)
        pending.events.append(
            event("step.started", data: stepData(index, ["attempt_id": .string(attempt.id.rawValue)]), at: now)
        )
        Failpoint.beforeAttemptRecorded.reach()
        do throws(JobError) {
            while try await !flush() {
                // Somebody has changed the job since the last step: may this one still start?
                let failure = budgetFailure(before: tool)
                let isUnwanted = job.state == .paused || isCancelled
                guard failure == nil, !isUnwanted else {
                    undoStart(of: index, to: before)
                    return .over(isUnwanted ? .notStarted : failure.map { .failed($0) } ?? .notStarted)
                }
            }
        } catch {
            // The attempt's row is not there, so its process must not be either.
            pending.newAttempts = []
            pending.events.removeLast()
            throw error
        }
        Failpoint.afterAttemptRecorded.reach()
        onUpdate(.step(index: index, self[step: index]))
        return .started(
            StartedAttempt(
                attempt: attempt,
                invocation: invocation,
                fingerprint: fingerprint,
                tool: tool,
                definition: definition
            )
        )
    }

    /// Runs an attempt that is on record; changes nothing of the run.
    func carryOut(_ started: StartedAttempt) async -> Result<StepOutcome, ExecutionError> {
        let index = started.attempt.sequenceNumber
        // Of its own, because others may run beside it.
        let own = stop.makeFollower()
        defer { stop.release(own) }
        do throws(ExecutionError) {
            return .success(
                try await executor.run(started.invocation, stop: own) { progress in
                    await self.note(progress, of: index)
                }
            )
        } catch {
            return .failure(error)
        }
    }

    /// Takes over how an attempt went that was carried out.
    mutating func conclude(
        _ started: StartedAttempt,
        _ result: Result<StepOutcome, ExecutionError>
    ) async -> StepEnd {
        switch result {
        case .failure(let error):
            var attempt = started.attempt
            attempt.end(.failed, because: error.message, at: context.now())
            pending.endedAttempts.append(attempt)
            return .failed(StepFailure(error.code, error.message))
        case .success(let outcome):
            let index = started.attempt.sequenceNumber
            await checkFingerprint(started.fingerprint, of: index, started.tool, outcome)
            return end(started.attempt, outcome, started.tool, started.definition)
        }
    }

    /// Marks a step as running, from its beginning, in memory and among what is to be written.
    mutating func begin(_ index: Int, at now: Instant) {
        let (items, child) = (self[step: index].items, self[step: index].childJobID)
        self[step: index] = self[step: index].anew
        self[step: index].status = .running
        self[step: index].startedAt = now
        self[step: index].items = items
        self[step: index].childJobID = child
        write(index)
    }

    /// Takes over how an attempt ended, or that nobody knows how.
    mutating func end(
        _ attempt: Attempt,
        _ outcome: StepOutcome,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) -> StepEnd {
        if outcome.isLost { return lose(attempt, outcome, tool, definition) }
        guard let failure = finish(attempt.sequenceNumber, attempt, outcome, tool, definition) else {
            return .succeeded
        }
        tries[attempt.sequenceNumber, default: 0] += 1
        guard let policy = definition.retry, retries(outcome, tool, policy) else { return .failed(failure) }
        return planRetry(after: attempt, failure, policy, tool)
    }

    mutating func undoStart(of index: Int, to before: JobStep) {
        pending.newAttempts = []
        pending.events.removeLast()
        self[step: index] = before
        write(index)
    }

    /// Why a step may not start that the job cannot pay for; nil when it can, or when there is no limit.
    func budgetFailure(before tool: Tool) -> StepFailure? {
        guard let limit = job.maxCost else { return nil }
        let spent = job.actualCost ?? .zero
        let estimate = tool.estimatedCost.flatMap { Money(parsing: $0) } ?? .zero
        guard limit < spent + estimate else { return nil }
        return StepFailure(
            .budgetExceeded,
            "The job has cost \(spent), and its next step would cost about \(estimate), which is more than its max_cost "
                + "of \(limit); the step was not started. Raise max_cost and retry the job."
        )
    }

    private mutating func newAttempt(of index: Int, tool: Tool, _ definition: WorkflowStep, at now: Instant) -> Attempt
    {
        let step = self[step: index]
        let number = attemptNumbers[index] ?? 1
        attemptNumbers[index] = number + 1
        var attempt = Attempt(
            id: context.identifiers.next(),
            jobID: job.id,
            stepID: step.id,
            sequenceNumber: index,
            number: number,
            folder: attemptFolder(of: index, number: number),
            startedAt: now,
            sandboxLevel: sandbox,
            requested: tool.requestedJSON(limits: limits(tool, definition))
        )
        attempt.runNumber = job.runNumber
        return attempt
    }

    private func limits(_ tool: Tool, _ definition: WorkflowStep) -> ResourceLimits {
        var limits = tool.limits
        if let timeout = definition.timeout { limits.wall = timeout }
        return limits
    }

    func invocation(
        _ attempt: Attempt,
        _ prepared: StepPreparation.Prepared,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) -> StepInvocation {
        let index = attempt.sequenceNumber
        var invocation = StepInvocation(
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
            outputs: prepared.outputs,
            progressPattern: tool.progressPattern
        )
        invocation.secrets = secrets.values(for: tool)
        invocation.parameters = JSONObject(prepared.values.map { ($0.parameter.name, $0.value) })
        invocation.isFollowed = isFollowed(at: index)
        invocation.earlierAttempts = (1..<attempt.number).reversed().map { number in
            "\(context.project.stateFolder)/\(attemptFolder(of: index, number: number))"
        }
        return invocation
    }

    /// Whether there will most likely be another attempt after one of this step or item.
    private func isFollowed(at place: Int) -> Bool {
        let hasMoreItems = StepPlace.itemIndex(of: place).map { $0 + 1 < loopItems.count } ?? false
        return memory != nil || hasMoreItems || StepPlace.step(of: place) + 1 < job.steps.count
    }

    /// Relative to the state folder.
    private func attemptFolder(of index: Int, number: Int) -> String {
        let step = StepPlace.step(of: index)
        let item = StepPlace.itemIndex(of: index).map { ".\($0)" } ?? ""
        return "\(AttemptPlace.folder(of: job.id))/\(step + 1)-\(job.steps[step].id)\(item)-\(number)"
    }

    func note(_ progress: StepProgress, of index: Int) async {
        let step = StepPlace.step(of: index)
        let percent = index == step ? progress.percent : job.steps[step].items?.percent
        let whole = overallProgress(completed: step, percent: percent ?? 0)
        var shown = progress
        shown.percent = percent
        onUpdate(.live(index: step, shown, jobProgress: whole))
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
}
