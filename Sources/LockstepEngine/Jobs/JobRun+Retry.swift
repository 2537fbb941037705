internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Further attempts of a step that failed, as its `retry:` wants them.
extension JobRun {
    /// How often a waiting run looks whether it is to stop.
    private static let tick = Duration.milliseconds(100)

    /// Whether an attempt in which the tool failed is one that is tried again: not when it never began or was stopped.
    func retries(_ outcome: StepOutcome, _ tool: Tool, _ policy: StepRetryPolicy) -> Bool {
        guard tool.isIdempotent, stop.request == .none else { return false }
        let ending = outcome.ending
        switch ending.reason {
        case .cancelled, .notStarted: return false
        case .exited, .outOfMemory:
            return policy.covers(exitCode: ending.exitCode ?? ending.signal.map { 128 + $0 })
        case .timedOut, .tooManyProcesses, .outputLimit, .diskLimit: return policy.covers(exitCode: nil)
        }
    }

    /// Plans the next attempt of a step, unless it has had all, or the job cannot pay for another.
    ///
    /// - Parameter failed: How the attempt before it ended; its end is pending.
    mutating func planRetry(
        after failed: Attempt,
        _ failure: StepFailure,
        _ policy: StepRetryPolicy,
        _ tool: Tool
    ) -> StepEnd {
        let index = failed.sequenceNumber
        let failures = tries[index, default: 0]
        guard failures < policy.maxAttempts else {
            guard policy.maxAttempts > 1 else { return .failed(failure) }
            return .failed(
                StepFailure(failure.code, "Attempt \(failures) of \(policy.maxAttempts): \(failure.message)")
            )
        }
        if let failure = budgetFailure(before: tool) { return .failed(failure) }
        let now = context.now()
        let delay = policy.delay(after: failures, seed: "\(job.id)/\(failed.stepID)")
        let wait = StepWait(
            attempt: failures + 1,
            of: policy.maxAttempts,
            delay: delay,
            until: Instant(milliseconds: now.milliseconds + delay.milliseconds)
        )
        self[step: index].waiting = wait
        write(index)
        var data: JSONObject = [
            "attempt_id": .string(failed.id.rawValue), "error_code": .string(failure.code.rawValue),
            "error_message": .string(failure.message),
        ]
        for (name, value) in wait.json.objectValue ?? [:] { data[name] = value }
        pending.events.append(event("step.retrying", data: stepData(index, data), at: now))
        return .again
    }

    /// Waits until the next attempt of a step is due, or what is left of a wait that an earlier runner began.
    ///
    /// The wait is on record before it begins. It is measured by a clock that nobody sets.
    ///
    /// - Returns: Whether the attempt may start; not when somebody wants the job to pause or to end.
    mutating func waitForRetry(of index: Int) async throws(JobError) -> Bool {
        guard let wait = self[step: index].waiting else { return true }
        if self[step: index].status != .running {
            self[step: index].status = .running
            self[step: index].startedAt = context.now()
            write(index)
        }
        try await flushNews()
        Failpoint.afterRetryRecorded.reach()
        onUpdate(.step(index: index, self[step: index]))
        return await waitUntilDue(wait)
    }

    /// Waits for what is left of a wait that is on record.
    ///
    /// - Returns: Whether the attempt may start; not when somebody wants the job to pause or to end.
    func waitUntilDue(_ wait: StepWait) async -> Bool {
        if let time = context.simulatedTime { return passWait(wait, time) }
        let due = ContinuousClock.now + .milliseconds(wait.rest(at: context.now()).milliseconds)
        while stop.request == .none, !watch.isPaused, job.state != .paused, !isCancelled {
            let rest = ContinuousClock.now.duration(to: due)
            if rest <= .zero { return true }
            try? await Task.sleep(for: min(rest, Self.tick))
        }
        return false
    }

    /// Whether somebody wants the job to end; what `finally` does is not concerned.
    var isCancelled: Bool { job.cancelRequestedAt != nil && job.ending == nil }

    /// Whether anything is pending that no transaction holds yet.
    private var hasNews: Bool {
        !pending.events.isEmpty || !pending.steps.isEmpty || !pending.newSteps.isEmpty || !pending.endedAttempts.isEmpty
    }

    /// Makes durable what no transaction holds yet.
    mutating func flushNews() async throws(JobError) {
        guard hasNews else { return }
        while try await !flush() {}
    }

    /// Takes steps that wait for their next attempt, or began none, back to where they can be gone on with.
    mutating func parkWaitingSteps() {
        for index in job.steps.indices where self[step: index].status == .running {
            let wait = self[step: index].waiting
            let child = self[step: index].childJobID
            self[step: index] = self[step: index].anew
            self[step: index].waiting = wait
            self[step: index].childJobID = child
            write(index)
        }
    }

    /// Ends steps that were waiting for their next attempt when the job ended.
    mutating func failWaitingSteps(_ failure: StepFailure) {
        for index in livePlaces {
            let step = self[step: index]
            guard step.status == .running || step.status == .pending && step.waiting != nil else { continue }
            fail(index, failure)
        }
    }
}
