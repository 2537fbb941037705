internal import LockstepModel

extension ExplainedJob {
    /// Why one step of the job is as it is.
    func explanation(of step: JobStep) -> Explanation {
        var found = Explanation(jobID: job.id, stepID: step.id, state: step.status.rawValue)
        let tries = attempts.filter { $0.sequenceNumber == step.sequenceNumber }
        switch step.status {
        case .pending: pending(step, &found)
        case .running where step.waiting != nil: waiting(step, tries.last, &found)
        case .running:
            found.say("The tool \(step.toolID) runs\(step.startedAt.map { " since \($0)" } ?? "").")
            if let line = job.liveOutput { found.say("It last wrote: \(line)") }
            found.offer("follow what it writes", "jobs logs -f \(id) \(step.id)")
        case .completed where step.reusedFrom != nil: break
        case .completed:
            found.say("The tool \(step.toolID) ended as it should, and all its outputs are there.")
            found.offer("see what it wrote", "jobs logs \(id) \(step.id)")
        case .failed:
            found.say(step.errorMessage ?? "Nobody said why.")
            if let code = step.errorCode { found.say("The code is \(code).") }
            found.offer("see what the tool wrote", "jobs logs \(id) \(step.id)")
            found.offer("try it again", "jobs retry \(id)")
        case .skipped:
            let cause = job.steps.first { $0.status == .failed }.map { "the step \($0.id) before it failed" }
            found.say("It was not run, because \(cause ?? "the job ended before it").")
            if job.state == .failed { found.offer("try again from the step that failed", "jobs retry \(id)") }
        }
        if let reuse = reuses[step.sequenceNumber] {
            // Who did not ask for earlier results still wants to know what is new about this run.
            if job.reusesSteps || reuse.comparedWith != nil { found.say("It \(Self.sentence(about: reuse))") }
            if let origin = reuse.reusedFrom {
                found.offer("see the step that ran", "explain \(origin.jobID.shortText) \(origin.stepID)")
            }
            found.reuses = [reuse]
        }
        for attempt in tries {
            found.say(Self.sentence(about: attempt))
            if let use = attempt.useSentence { found.say(use) }
            if let shut = attempt.sandboxSentence { found.say(shut) }
        }
        found.attempts = tries
        return found
    }

    /// Says that a step waits for its next attempt, and why there is to be one.
    func waiting(_ step: JobStep, _ last: Attempt?, _ found: inout Explanation) {
        guard let wait = step.waiting else { return }
        found.say("Its step \(step.id) \(wait.sentence(at: now)); that one is due at \(wait.until).")
        if let message = last?.errorMessage { found.say("The attempt before it failed: \(message)") }
        found.offer("see what the tool wrote", "jobs logs \(id) \(step.id)")
    }

    private func pending(_ step: JobStep, _ found: inout Explanation) {
        if let before = job.steps.prefix(step.sequenceNumber).first(where: { $0.status != .completed }) {
            found.say("It comes after the step \(before.id), which is \(before.status.rawValue).")
            found.offer("see about that one", "explain \(id) \(before.id)")
        } else if job.state == .running {
            found.say("It is the next to start.")
        }
        if job.state != .running {
            found.say("The job is \(job.state.rawValue).")
            found.offer("see about the job", "explain \(id)")
        }
    }

    private static func sentence(about attempt: Attempt) -> String {
        guard let end = attempt.endedAt, let how = attempt.ending else {
            return "Attempt \(attempt.number) began at \(attempt.startedAt)."
        }
        let time = DurationText.short(seconds: end.seconds(since: attempt.startedAt))
        return "Attempt \(attempt.number) ended \(how) after \(time), at \(end)."
    }
}
