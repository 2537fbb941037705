internal import LockstepJSON
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
            if let items = step.items {
                found.say(
                    "All its \(items.total) items are done, and their outputs are lists in the order of the items."
                )
            } else if step.callsWorkflow {
                found.say("The workflow \(step.toolID) ended as it should, and all outputs that were wanted are there.")
            } else {
                found.say("The tool \(step.toolID) ended as it should, and all its outputs are there.")
            }
            if let message = step.errorMessage { found.say("But \(message)") }
            if !step.callsWorkflow { found.offer("see what it wrote", "jobs logs \(id) \(step.id)") }
        case .failed:
            found.say(step.errorMessage ?? "Nobody said why.")
            if let code = step.errorCode { found.say("The code is \(code).") }
            found.offer("see what the tool wrote", "jobs logs \(id) \(step.id)")
            found.offer("try it again", "jobs retry \(id)")
        case .skipped:
            if let skip {
                skipped(skip, &found)
            } else {
                let cause = job.steps.first { $0.status == .failed }.map { "the step \($0.id) before it failed" }
                found.say("It was not run, because \(cause ?? "the job ended before it").")
            }
            if job.state == .failed { found.offer("try again from the step that failed", "jobs retry \(id)") }
        }
        if let items = step.items, step.status != .completed {
            found.say("Of its \(items.total) items \(items.completed) are done and \(items.failed) have failed.")
        }
        if let child = step.childJobID {
            found.say("Its job is \(child).")
            found.offer("see about that job", "explain \(child.shortText)")
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
        if let evaluation { add(evaluation, &found) }
        return found
    }

    /// Says why a step was skipped that its guard or its `run_on` kept from running, rule by rule.
    private func skipped(_ event: Event, _ found: inout Explanation) {
        if let end = event.data["run_on"]?.stringValue {
            found.say("It was not run, because its `run_on` does not name how the steps ended: \(end).")
        }
        guard let trace = event.data["when"] else { return }
        found.say("It was not run, because its guard was not true.")
        found.trace = trace
        for line in Self.lines(of: trace, depth: 0).prefix(40) { found.say(line) }
    }

    /// Says how a step that began came to run, and what rules made its values, rule by rule.
    private func add(_ evaluation: StepEvaluation, _ found: inout Explanation) {
        found.trace = evaluation.guardTrace
        found.mappings = evaluation.mappings
        if let trace = evaluation.guardTrace {
            found.say("Its guard was true.")
            for line in Self.lines(of: trace, depth: 0).prefix(40) { found.say(line) }
        }
        for (name, trace) in evaluation.mappings where evaluation.ruled.contains(name) {
            found.say("Its parameter \(name) comes from a rule.")
            for line in Self.lines(of: trace, depth: 0).prefix(20) { found.say(line) }
        }
    }

    private static func lines(of trace: JSONValue, depth: Int) -> [String] {
        let indent = String(repeating: "  ", count: depth)
        let value =
            (trace["value"] ?? trace["summary"]).map(\.shown) ?? trace["error"]?["message"]?.stringValue ?? "null"
        let subject = trace["variable"]?.stringValue.map { "`\($0)`" } ?? trace["rule"]?.description ?? "It"
        let line = "\(indent)\(subject) is \(value)"
        return [line] + (trace["children"]?.arrayValue ?? []).flatMap { lines(of: $0, depth: depth + 1) }
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
