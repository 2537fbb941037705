internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

extension JobRun {
    /// How many attempts of a step may be lost in a row before the job fails.
    private static let lossLimit = 3

    /// Notes what an earlier runner of this run has done, before the job is taken over.
    mutating func inherit(_ attempt: Attempt) {
        let index = attempt.sequenceNumber
        switch attempt.state {
        case .running: inherited[index] = attempt
        case .succeeded: leftovers.add(attempt.folder, bytes: 0)
        case .failed: losses[index] = 0
        case .lost:
            let isOfThisRun = job.startedAt.map { $0 <= attempt.startedAt } ?? true
            losses[index] = isOfThisRun ? losses[index, default: 0] + 1 : 0
        }
    }

    /// Makes a job this run's whose runner has died.
    ///
    /// - Throws: `CONCURRENCY_ERROR` when somebody has changed the job since it was read; nothing is recorded then.
    mutating func takeOver() async throws(JobError) {
        let now = context.now()
        var recovered = event("job.recovered", data: inheritedData, at: now)
        recovered.fromState = job.state
        recovered.toState = job.state
        pending.events.append(recovered)
        if job.state == .paused, !keepsPause { record(.running, "job.status_changed", at: now) }
        Failpoint.beforeTakeoverRecorded.reach()
        while try await !flush() {}
        Failpoint.afterTakeoverRecorded.reach()
        if job.cancelRequestedAt != nil {
            stop.stop()
        } else if let deadline = job.deadline, deadline <= context.now() {
            // Also when the runner that died had stopped the step for this.
            watch.timeOut()
            stop.stop()
        }
        onUpdate(.started(job))
    }

    private var inheritedData: JSONValue {
        guard let attempt = inherited.values.first else { return [:] }
        return stepData(attempt.sequenceNumber, ["attempt_id": .string(attempt.id.rawValue)])
    }

    /// Goes on with an attempt that an earlier runner started, or takes its result.
    mutating func adopt(_ started: Attempt, _ tool: Tool, _ definition: WorkflowStep) async throws(JobError) -> StepEnd
    {
        let index = started.sequenceNumber
        let preparation = StepPreparation(
            step: definition,
            tool: tool,
            variables: scope(of: index),
            blobPath: context.blobs.path(of:)
        )
        onUpdate(.step(index: index, self[step: index]))
        let adopted: AdoptedAttempt
        do {
            let invocation = invocation(started, try preparation.prepare(), tool, definition)
            adopted = try await executor.adopt(invocation, stop: stop) { [self] progress in
                await self.note(progress, of: index)
            }
        } catch {
            await AbandonedAttempt.end(in: "\(context.project.stateFolder)/\(started.folder)")
            var attempt = started
            let failure =
                switch error {
                case let error as ExecutionError: StepFailure(error.code, error.message)
                case let failure as StepFailure: failure
                default: StepFailure(.stepFailed, "could not be gone on with.")
                }
            attempt.end(.failed, because: failure.message, at: context.now())
            pending.endedAttempts.append(attempt)
            return .failed(failure)
        }
        if !adopted.outcome.isLost {
            let how: JSONObject = [
                "attempt_id": .string(started.id.rawValue), "was_running": .bool(adopted.wasAlive),
            ]
            pending.events.append(event("step.recovered", data: stepData(index, how), at: context.now()))
        }
        // The tool's folder may have been changed while nobody looked.
        if tool.folder != nil || adopted.outcome.sandboxLevel != .full { keep(nil, of: index) }
        return end(started, adopted.outcome, tool, definition)
    }

    /// Records an attempt as lost.
    ///
    /// - Returns: Again when another attempt may be started, else why not.
    mutating func lose(
        _ started: Attempt,
        _ outcome: StepOutcome,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) -> StepEnd {
        let index = started.sequenceNumber
        let now = context.now()
        take(
            StepReport(stepIndex: index, stepID: started.stepID, cost: outcome.cost, checkpoint: outcome.checkpoint),
            at: now
        )
        let reason = (outcome.failure ?? StepFailure(.stepFailed, "was lost.")).named(started.stepID).message
        var attempt = started
        attempt.end(.lost, because: reason, at: now)
        pending.endedAttempts.append(attempt)
        let data: JSONObject = ["attempt_id": .string(attempt.id.rawValue), "reason": .string(reason)]
        pending.events.append(event("step.lost", data: stepData(index, data), at: now))
        losses[index, default: 0] += 1
        tries[index, default: 0] += 1
        Failpoint.afterAttemptLost.reach()
        if stop.request > .none { return .failed(stopFailure) }
        guard tool.isIdempotent else {
            return .failed(
                StepFailure(
                    .stepFailed,
                    "Step \(started.stepID) was lost, and its tool \(tool.id) says `idempotent: false`: it may have done its "
                        + "work, so it was not started again. Look whether it has, then retry the job."
                )
            )
        }
        if let policy = definition.retry {
            return planRetry(after: attempt, StepFailure(.stepFailed, reason, quotesTool: true), policy, tool)
        }
        guard losses[index, default: 0] < Self.lossLimit else {
            return .failed(
                StepFailure(
                    .stepFailed,
                    "Step \(started.stepID) was lost \(Self.lossLimit) times in a row and was not started again. \(reason)"
                )
            )
        }
        self[step: index] = self[step: index].anew
        write(index)
        return .again
    }
}
