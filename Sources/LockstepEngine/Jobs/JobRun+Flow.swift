internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// From step to step: guards, failures that the job may have, and the steps of `finally`.
extension JobRun {
    /// Runs the steps of `steps` that are not over.
    ///
    /// - Returns: How they came to their end; nil when the job is to rest.
    mutating func runSteps() async throws(JobError) -> JobEnding? {
        var stepsToRun = stepLimit ?? job.steps.count
        for index in workflow.steps.indices where !isOver(index) {
            var failure: StepFailure?
            // What may still live of the step is looked after first, whatever is wanted of the job.
            if !hasInherited(index) {
                if stop.request > .none { return stoppedEnding }
                if job.state == .paused || stepsToRun == 0 { return nil }
                switch verdict(on: index) {
                case .run: break
                case .skip: continue
                case .fail(let found): failure = found
                }
            }
            if failure == nil {
                stepsToRun -= 1
                switch try await runStep(index) {
                case .succeeded, .again: continue
                case .notStarted: return stop.request > .none || job.cancelRequestedAt != nil ? stoppedEnding : nil
                case .failed(let found): failure = found
                }
            }
            guard let failure else { continue }
            if job.steps[index].status != .failed { fail(index, failure) }
            if let ending = ending(after: failure, of: index) { return ending }
            keepOutputs(job.steps[index].outputData ?? [:], of: definition(at: index), at: index)
            noteProgress(after: index)
        }
        return JobEnding(.completed)
    }

    /// Whether a step needs nothing more in this run; a failed one was allowed to fail.
    private func isOver(_ index: Int) -> Bool {
        switch job.steps[index].status {
        case .completed, .skipped, .failed: true
        case .pending, .running: false
        }
    }

    private func hasInherited(_ index: Int) -> Bool {
        inherited.keys.contains { StepPlace.step(of: $0) == index }
    }

    /// The end of the job that a failed step brings; nil when the job goes on without it.
    private func ending(after failure: StepFailure, of index: Int) -> JobEnding? {
        if failure.code == .cancelled {
            return JobEnding(.cancelled, message: JobService.cancelledMessage, code: .cancelled)
        }
        let isTolerated = definition(at: index).failurePolicy == .continue && failure.isOfStep && stop.request == .none
        return isTolerated ? nil : JobEnding(.failed, message: failure.message, code: failure.code)
    }

    /// The end of a job whose stop signal is up: cancelled, or timed out.
    private var stoppedEnding: JobEnding {
        guard watch.hasTimedOut else {
            return JobEnding(.cancelled, message: JobService.cancelledMessage, code: .cancelled)
        }
        return JobEnding(.failed, message: timeoutFailure.message, code: timeoutFailure.code)
    }

    // MARK: - Guards

    private enum Verdict {
        case run
        /// It is marked as skipped, in memory.
        case skip
        case fail(StepFailure)
    }

    /// Asks a step's guard.
    private mutating func verdict(on index: Int) -> Verdict {
        guard let condition = definition(at: index).condition else { return .run }
        let values = scope(of: index)
        do throws(RuleError) {
            if try condition.value(in: values)?.isTruthy == true { return .run }
        } catch {
            return .fail(
                StepFailure(
                    .validationError,
                    "Step \(job.steps[index].id) was not started: its guard cannot be decided: \(error.message)."
                )
            )
        }
        skip(index, because: ["when": condition.trace(in: values)])
        return .skip
    }

    /// Skips a step, in memory; its outputs get the values that the workflow has for this.
    private mutating func skip(_ index: Int, because data: JSONObject) {
        job.steps[index].status = .skipped
        write(index)
        keepOutputs([:], of: definition(at: index), at: index)
        noteProgress(after: index)
        pending.events.append(event("step.skipped", data: stepData(index, data), at: context.now()))
        onUpdate(.step(index: index, job.steps[index]))
    }

    // MARK: - finally

    /// Runs the steps of `finally` that are meant for this end, then settles the job.
    ///
    /// They run also when somebody wants the job to stop; who wants it twice stops them as well.
    mutating func finish(_ ending: JobEnding) async throws(JobError) -> Job {
        let places = workflow.steps.count..<job.steps.count
        guard !places.isEmpty else { return try await settle(ending) }
        job.ending = ending
        stop.shield()
        for index in places where !isOver(index) {
            if !hasInherited(index) {
                if stop.request == .now { break }
                if job.state == .paused { return try await rest() }
                guard definition(at: index).runOn.contains(ending.end) else {
                    skip(index, because: ["run_on": .string(ending.end.rawValue)])
                    continue
                }
                switch verdict(on: index) {
                case .run: break
                case .skip: continue
                case .fail(let failure):
                    fail(index, failure)
                    continue
                }
            }
            switch try await runStep(index) {
            case .succeeded, .again: continue
            case .notStarted: if stop.request != .now { return try await rest() }
            case .failed(let failure): if job.steps[index].status != .failed { fail(index, failure) }
            }
        }
        return try await settle(ending)
    }

    // MARK: - Steps

    /// Runs one step with all its items or attempts.
    ///
    /// - Returns: When it failed, the change is still pending, to be written with what comes next. Never that it is to be tried again.
    private mutating func runStep(_ index: Int) async throws(JobError) -> StepEnd {
        do throws(JobError) {
            if let loop = definition(at: index).loop { return try await runLoop(index, loop) }
            return try await runPlace(index)
        } catch {
            return .failed(try recoverable(error))
        }
    }

    /// A full disk must still let the failure be recorded: the ballast makes room for it.
    func recoverable(_ error: JobError) throws(JobError) -> StepFailure {
        switch error.code {
        case .storageFull:
            context.ballast.release()
            return StepFailure(error.code, error.message)
        case .concurrencyError: throw error
        default: return StepFailure(error.code, error.message)
        }
    }

    /// Runs a step without items, in more than one attempt when attempts are lost or its policy wants it.
    private mutating func runPlace(_ index: Int) async throws(JobError) -> StepEnd {
        let definition = definition(at: index)
        if let attempt = inherited.removeValue(forKey: index) {
            let end = try await adopt(attempt, try tool(at: index), definition)
            guard case .again = end else { return end }
        }
        while true {
            if isToRest { return .notStarted }
            guard try await waitForRetry(of: index) else { return .notStarted }
            let end: StepEnd
            if job.steps[index].callsWorkflow {
                end = try await runCall(of: index, definition)
            } else {
                end = try await runAttempt(of: index, try tool(at: index), definition)
            }
            guard case .again = end else { return end }
        }
    }

    /// Whether somebody wants that no further attempt starts.
    var isToRest: Bool { stop.request > .none || job.state == .paused }

    /// The tool of a step or item.
    func tool(at place: Int) throws(JobError) -> Tool {
        let step = self[step: place]
        guard let tool = tools[step.toolDigest] else {
            throw JobError(.toolNotFound, "The definition of tool \(step.toolID) is not in the database.")
        }
        return tool
    }
}

extension StepFailure {
    /// Whether it is the step that failed, and not the machine, the disk or the money that every other step needs as well.
    var isOfStep: Bool {
        switch code {
        case .stepFailed, .timedOut, .resourceLimit, .validationError: true
        default: false
        }
    }
}
