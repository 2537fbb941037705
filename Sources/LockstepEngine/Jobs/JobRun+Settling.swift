internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

extension JobRun {
    /// Takes over how an attempt ended: outputs become variables and assets.
    ///
    /// - Returns: Nil when the step succeeded, else why not.
    mutating func finish(
        _ index: Int,
        _ started: Attempt,
        _ outcome: StepOutcome,
        _ tool: Tool,
        _ definition: WorkflowStep
    ) -> StepFailure? {
        let now = context.now()
        var attempt = started
        attempt.reason = outcome.ending.reason.rawValue
        attempt.exitCode = outcome.ending.exitCode
        attempt.signal = outcome.ending.signal
        attempt.sandboxLevel = outcome.sandboxLevel
        attempt.measured = outcome.measuredJSON(assets: [])
        job.liveOutput = outcome.lastLine ?? job.liveOutput
        take(
            StepReport(stepIndex: index, stepID: attempt.stepID, cost: outcome.cost, checkpoint: outcome.checkpoint),
            at: now
        )
        var failure = outcome.failure?.named(attempt.stepID)
        var collected = CollectedOutputs()
        if failure == nil {
            do throws(StepFailure) {
                collected = try collect(outcome.outputs, of: tool, attempt, at: now)
                attempt.measured = outcome.measuredJSON(assets: collected.assets)
            } catch {
                failure = error
            }
        }
        if outcome.ending.reason == .cancelled {
            failure = stopFailure
        }
        attempt.end(failure == nil ? .succeeded : .failed, because: failure?.message, at: now)
        pending.endedAttempts.append(attempt)
        if let failure { return failure }
        leftovers.add(attempt.folder, bytes: collected.assets.reduce(0) { $0 + $1.size })
        self[step: index].status = .completed
        self[step: index].completedAt = now
        self[step: index].progress = self[step: index].progress == nil ? nil : 100
        self[step: index].outputData = collected.values
        keepOutputs(collected.values, of: definition, at: index)
        pending.assets = collected.assets
        pending.events += collected.assets.map { $0.creationEvent(by: actor) }
        write(index)
        noteProgress(after: index)
        pending.events.append(
            event("step.finished", data: stepData(index, ["status": "COMPLETED"]), at: now)
        )
        onUpdate(.step(index: index, self[step: index]))
        return nil
    }

    /// Makes variables of a step's outputs; those of an item become part of a list when all items are through.
    mutating func keepOutputs(_ outputs: JSONObject, of definition: WorkflowStep, at index: Int) {
        guard StepPlace.itemIndex(of: index) == nil else { return }
        for entry in definition.outputMappings {
            guard let value = outputs[entry.output] ?? entry.defaultValue else { continue }
            variables[entry.variable] = value
            pending.variables.append(VariableChange(name: entry.variable, value: value, madeBy: definition.id))
        }
    }

    /// How far the job is when a step, or an item of one, is through.
    mutating func noteProgress(after index: Int) {
        let step = StepPlace.step(of: index)
        let whole =
            index == step
            ? overallProgress(completed: step + 1, percent: 0)
            : overallProgress(completed: step, percent: job.steps[step].items?.percent ?? 0)
        job.progress = max(job.progress, whole)
    }

    /// Adds what an attempt cost, whether it succeeded or not, and keeps its checkpoint.
    mutating func take(_ report: StepReport, at now: Instant) {
        unrecorded.append(report)
        report.apply(to: &job)
        if let cost = report.cost {
            let sum = job.actualCost ?? .zero
            let data: JSONObject = ["cost": .string(cost.description), "actual_cost": .string(sum.description)]
            pending.events.append(event("job.cost_recorded", data: stepData(report.stepIndex, data), at: now))
        }
        if report.checkpoint != nil {
            pending.checkpoint = job.checkpointData
            let data: JSONValue = [
                "step_index": .integer(Int64(report.stepIndex)), "step_name": .string(report.stepID.rawValue),
            ]
            pending.events.append(event("job.checkpointed", data: data, at: now))
        }
    }

    /// Marks a step as failed, in memory; the settling writes it.
    mutating func fail(_ index: Int, _ failure: StepFailure) {
        let now = context.now()
        self[step: index].status = .failed
        self[step: index].startedAt = self[step: index].startedAt ?? now
        self[step: index].completedAt = now
        self[step: index].errorMessage = failure.message
        self[step: index].errorCode = failure.code.rawValue
        self[step: index].waiting = nil
        write(index)
        pending.events.append(
            event(
                "step.finished",
                data: stepData(
                    index,
                    ["status": "FAILED", "error_code": .string(failure.code.rawValue)]
                ),
                at: now
            )
        )
        onUpdate(.step(index: index, self[step: index]))
    }

    /// Ends the job: steps that did not run are skipped, outputs become `output_data`.
    ///
    /// Whoever changes the job first wins: a cancellation that was recorded before the end makes the end a cancellation,
    /// and a job that was paused before its end rests.
    mutating func settle(_ ending: JobEnding) async throws(JobError) -> Job {
        let state = ending.state
        // Others would only get into the same trouble.
        if ending.code?.isOfMachine != true { onEnding?() }
        while true {
            var settled = self
            if job.cancelRequestedAt != nil {
                settled.end(.cancelled, message: JobService.cancelledMessage, code: .cancelled)
            } else if state == .completed, job.state == .paused {
                return try await rest()
            } else {
                settled.end(state, message: ending.message, code: ending.code)
            }
            Failpoint.beforeSettled.reach()
            if try await settled.written(isPatient: onEnding != nil) {
                self = settled
                break
            }
            job = settled.takenOver(into: job)
        }
        ownership.release()
        Failpoint.afterSettled.reach()
        await giveUpLeftovers()
        onUpdate(.settled(job))
        return job
    }

    /// Leaves a job as paused that nobody drives any more; what the steps have made is kept.
    mutating func rest() async throws(JobError) -> Job {
        parkWaitingSteps()
        while true {
            var resting = self
            resting.job.isDriven = false
            if resting.job.state == .running {
                resting.record(.paused, "job.status_changed", at: context.now())
            }
            if try await resting.written() {
                self = resting
                break
            }
            job = resting.takenOver(into: job)
            if job.cancelRequestedAt != nil {
                return try await settle(
                    JobEnding(.cancelled, message: JobService.cancelledMessage, code: .cancelled)
                )
            }
        }
        ownership.release()
        await giveUpLeftovers()
        onUpdate(.settled(job))
        return job
    }

    /// Lets the work folders of the steps go that have succeeded.
    private mutating func giveUpLeftovers() async {
        guard let memory else { return await leftovers.discard() }
        await memory.keep(leftovers)
    }

    /// Writes what is pending; a full disk gives up its ballast for it.
    private mutating func written(isPatient: Bool = false) async throws(JobError) -> Bool {
        do throws(JobError) {
            return try await flush(isPatient: isPatient)
        } catch {
            guard error.code == .storageFull else { throw error }
            context.ballast.release()
            return try await flush()
        }
    }

    /// This run's own view of the job, with what others have changed meanwhile.
    private func takenOver(into mine: Job) -> Job {
        var merged = job
        merged.steps = mine.steps
        merged.progress = max(mine.progress, merged.progress)
        return merged
    }

    private mutating func end(_ wanted: JobState, message reason: String?, code reasonCode: JobErrorCode?) {
        let now = context.now()
        var (state, message, code) = (wanted, reason, reasonCode?.rawValue)
        if let message { failWaitingSteps(StepFailure(reasonCode ?? .stepFailed, message)) }
        for index in job.steps.indices where job.steps[index].status == .pending {
            self[step: index].status = .skipped
            write(index)
        }
        if state == .completed, let tolerated = toleratedFailure {
            (state, message, code) = (.partial, tolerated.message, tolerated.code)
        }
        if state.status == .completed {
            job.progress = 100
            job.outputData = JSONObject(
                workflow.outputs.compactMap { name in variables[name].map { (name, $0) } }
            )
        }
        job.errorMessage = message
        job.errorCode = code
        job.completedAt = now
        job.isDriven = false
        job.ending = nil
        let types: [JobState: String] = [
            .completed: "job.succeeded", .partial: "job.succeeded", .cancelled: "job.cancelled",
        ]
        let why = state == .cancelled && job.cancelReason?.isEmpty == false ? job.cancelReason : nil
        record(state, types[state] ?? "job.failed", reason: why, at: now)
    }

    /// What a job says that is through although a step of it failed, or a called job was partial; nil when all went well.
    private var toleratedFailure: (message: String, code: String?)? {
        let failed = job.steps.filter { $0.errorMessage != nil && $0.status != .skipped }
        guard let first = failed.first, let message = first.errorMessage else { return nil }
        guard failed.count > 1 else {
            return ("The job went on although step \(first.id) failed: \(message)", first.errorCode)
        }
        let names = failed.map(\.id.rawValue).joined(separator: ", ")
        return (
            "The job went on although \(failed.count) steps failed: \(names). The first: \(message)", first.errorCode
        )
    }

    /// Changes the job's state in memory and notes the event.
    mutating func record(_ state: JobState, _ type: String, reason: String? = nil, at now: Instant) {
        var event = event(type, data: [:], at: now)
        event.fromState = job.state
        event.toState = state
        event.reason = reason
        pending.events.append(event)
        job.state = state
    }

    func event(_ type: String, data: JSONValue, at now: Instant) -> Event {
        Event(jobID: job.id, tenantID: job.tenantID, type: type, actor: actor.id, data: data, at: now)
    }

    func stepData(_ index: Int, _ more: JSONObject) -> JSONValue {
        var data: JSONObject = [
            "step_id": .string(self[step: index].id.rawValue),
            "sequence_number": .integer(Int64(StepPlace.step(of: index))),
        ]
        if let item = StepPlace.itemIndex(of: index) { data["item_index"] = .integer(Int64(item)) }
        for (name, value) in more { data[name] = value }
        return .object(data)
    }
}

extension Attempt {
    /// Notes the end; a failed one says why.
    mutating func end(_ state: State, because message: String?, at now: Instant) {
        self.state = state
        endedAt = now
        errorMessage = message
    }
}
