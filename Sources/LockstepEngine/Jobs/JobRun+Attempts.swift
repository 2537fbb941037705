internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// One attempt after the other: what each gets, what is recorded before it starts, and what it tells while it runs.
extension JobRun {
    /// Runs one attempt of a step, or takes the result of an equal one when the job wants that.
    mutating func runAttempt(
        of index: Int,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) async throws(JobError) -> StepEnd {
        let preparation = StepPreparation(
            step: definition,
            tool: tool,
            variables: variables,
            blobPath: context.blobs.path(of:)
        )
        let prepared: StepPreparation.Prepared
        do throws(StepFailure) { prepared = try preparation.prepare() } catch { return .failed(error) }
        let fingerprint = await fingerprint(of: index, tool, prepared)
        if let fingerprint, let earlier = try await reusableStep(fingerprint) {
            reuse(earlier, for: index, fingerprint, definition)
            return .succeeded
        }
        if let failure = budgetFailure(before: tool) { return .failed(failure) }
        if let failure = secrets.failure(before: definition.id, tool) { return .failed(failure) }
        let before = job.steps[index]
        let now = context.now()
        job.steps[index] = job.steps[index].anew
        job.steps[index].status = .running
        job.steps[index].startedAt = now
        var attempt = newAttempt(of: index, tool: tool, definition, at: now)
        let invocation = invocation(attempt, prepared, tool, definition)
        pending.newAttempts = [attempt]
        keep(fingerprint, of: index)
        pending.steps = pending.steps.filter { $0.sequenceNumber != index } + [job.steps[index]]
        pending.events.append(
            event("step.started", data: stepData(index, ["attempt_id": .string(attempt.id.rawValue)]), at: now)
        )
        Failpoint.beforeAttemptRecorded.reach()
        do throws(JobError) {
            while try await !flush() {
                // Somebody has changed the job since the last step: may this one still start?
                let failure = budgetFailure(before: tool)
                let isUnwanted = job.state == .paused || job.cancelRequestedAt != nil
                guard failure == nil, !isUnwanted else {
                    undoStart(of: index, to: before)
                    return isUnwanted ? .notStarted : failure.map { .failed($0) } ?? .notStarted
                }
            }
        } catch {
            // The attempt's row is not there, so its process must not be either.
            pending.newAttempts = []
            pending.events.removeLast()
            throw error
        }
        Failpoint.afterAttemptRecorded.reach()
        onUpdate(.step(index: index, job.steps[index]))
        let outcome: StepOutcome
        do throws(ExecutionError) {
            outcome = try await executor.run(invocation, stop: stop) { [self] progress in
                await self.note(progress, of: index)
            }
        } catch {
            attempt.end(.failed, because: error.message, at: context.now())
            pending.endedAttempts = [attempt]
            return .failed(StepFailure(error.code, error.message))
        }
        await checkFingerprint(fingerprint, of: index, tool, outcome)
        return end(attempt, outcome, tool, definition)
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

    private mutating func undoStart(of index: Int, to before: JobStep) {
        pending.newAttempts = []
        pending.events.removeLast()
        job.steps[index] = before
        pending.steps = pending.steps.filter { $0.sequenceNumber != index } + [before]
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
        let step = job.steps[index]
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
            outputs: tool.outputs,
            progressPattern: tool.progressPattern
        )
        invocation.secrets = secrets.values(for: tool)
        invocation.earlierAttempts = (1..<attempt.number).reversed().map { number in
            "\(context.project.stateFolder)/\(attemptFolder(of: index, number: number))"
        }
        return invocation
    }

    /// Relative to the state folder.
    private func attemptFolder(of index: Int, number: Int) -> String {
        "\(AttemptPlace.folder(of: job.id))/\(index + 1)-\(job.steps[index].id)-\(number)"
    }

    func note(_ progress: StepProgress, of index: Int) async {
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
}
