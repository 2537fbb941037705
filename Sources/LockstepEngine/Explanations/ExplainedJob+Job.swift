internal import LockstepJSON
internal import LockstepModel

extension ExplainedJob {
    /// Why the job is as it is.
    var explanation: Explanation {
        var found = Explanation(jobID: job.id, stepID: nil, state: job.state.rawValue)
        switch job.state {
        case .draft: draft(&found)
        case .scheduled, .queued: waiting(&found)
        case .running: running(&found)
        case .paused:
            found.say("It was paused\(byWhom)\(reason): no step starts until it is resumed.")
            runnerIsGone(&found)
            found.offer("let it go on", "jobs resume \(id)")
            found.offer("run one step", "jobs step \(id)")
            found.offer("give it up", "jobs cancel \(id)")
        case .completed:
            let skipped = job.steps.filter { $0.status == .skipped }.map(\.id.rawValue)
            let all = skipped.isEmpty ? "All its steps succeeded." : "All its steps succeeded that were to run."
            let work = job.isExternal ? "Its work is done, as was reported\(byWhom)." : all
            found.say(work + took)
            if !skipped.isEmpty { found.say("Skipped: \(skipped.joined(separator: ", ")).") }
            if job.outputData != nil { found.offer("see what it made", "outputs list \(id)") }
            found.offer("run it once more from the beginning", "jobs reset \(id)")
        case .partial:
            found.say("Its work was done in part: \(job.errorMessage ?? "nobody said what is missing").\(took)")
            found.offer("see what it made", "outputs list \(id)")
            found.offer("do what is missing", "jobs retry \(id)")
        case .failed: failed(&found)
        case .cancelled:
            let why = job.cancelReason.map { " (\"\($0)\")" } ?? reason
            found.say("It was cancelled\(byWhom)\(why).")
            found.offer("begin anew with the same inputs", "jobs reset \(id)")
        }
        reused(&found)
        if let limit = job.maxCost {
            found.say("It has cost \(job.actualCost ?? .zero) of the \(limit) that it may cost.")
        }
        return found
    }

    var id: String { job.id.shortText }

    private var took: String {
        guard let start = job.startedAt, let end = job.completedAt else { return "" }
        return " It took \(DurationText.short(seconds: end.seconds(since: start)))."
    }

    private func draft(_ found: inout Explanation) {
        if job.isExternal {
            found.say("Nobody has started it; whoever does its work says so.")
            found.offer("say that the work has begun", "jobs start \(id)")
            return
        }
        for (name, message) in job.inputErrors {
            found.say(
                "Its input \(job.inputVariables.named(name)?.name ?? name) is not valid: \(message.stringValue ?? "")."
            )
        }
        let missing = job.inputVariables.filter { $0.isRequired && job.inputValues[$0.id] == nil }
        for variable in missing where job.inputErrors[variable.id] == nil {
            found.say("Its input \(variable.name) has no value, and one is required.")
        }
        if found.because.isEmpty { found.say("It was put back\(byWhom)\(reason), and has not been made ready.") }
        let isFile = missing.first.map { $0.schema.isFile || $0.schema.isFileList } ?? false
        let example = "\(missing.first?.name ?? "NAME")=\(isFile ? "PATH" : "VALUE")"
        found.offer("set an input", "jobs set-input \(id) \(example)")
        found.offer("see whether it is ready now", "jobs validate \(id)")
    }

    private func waiting(_ found: inout Explanation) {
        if job.state == .scheduled, let time = job.scheduledAt {
            found.say(
                time > now
                    ? "It is to start at \(time)."
                    : "It was to start at \(time), which is over; nothing that starts jobs by their time was running."
            )
        }
        dependencies(&found)
        if found.because.isEmpty {
            let again = lastChange?.reason == "retry" ? "It is to be tried again, and" : "It is ready, and"
            found.say("\(again) nothing keeps it from starting; no runner has taken it up yet.")
        }
        found.offer("start it now", "jobs start \(id)")
        found.offer("give it up", "jobs cancel \(id)")
    }

    private func dependencies(_ found: inout Explanation) {
        for task in unfinishedTasks {
            found.say("It depends on \(task), which is not complete.")
            found.offer("say that the task is complete", "jobs complete-task \(task)")
            found.offer("stop waiting for it", "jobs unlink-task \(id) \(task)")
        }
        for other in unfinishedPlanJobs {
            found.say("Before it in the plan \(job.planID ?? "") comes \(other), which is not complete.")
            found.offer("see why that one is not", "explain \(other.shortText)")
        }
    }

    private func running(_ found: inout Explanation) {
        if let asked = job.cancelRequestedAt {
            let how =
                job.isDriven && !hasLiveRunner ? "but its runner has died" : "its runner is stopping the step that runs"
            found.say("Somebody asked at \(asked) that it stop; \(how).")
        }
        if job.isExternal {
            found.say("Somebody else does its work and has reported \(job.progress)%.")
            found.offer("say that the work is done", "jobs complete \(id)")
            found.offer("say that it has failed", "jobs fail \(id) MESSAGE")
            return
        }
        if let step = job.steps.first(where: { $0.status == .running }) {
            if step.waiting == nil {
                let since = step.startedAt.map { " since \($0)" } ?? ""
                found.say(
                    "Its step \(step.id) runs\(since), which is \(step.sequenceNumber + 1) of \(job.steps.count)."
                )
            } else {
                waiting(step, attempts.last { $0.sequenceNumber == step.sequenceNumber }, &found)
            }
        }
        if job.isDriven, !hasLiveRunner {
            runnerIsGone(&found)
            found.offer("stop it", "jobs cancel \(id)")
        } else if job.isDriven {
            found.offer("watch it", "jobs watch \(id)")
            found.offer("stop before the next step", "jobs pause \(id)")
            found.offer("stop it", "jobs cancel \(id)")
        } else {
            found.say("No runner holds it.")
            found.offer("let it go on", "jobs start \(id)")
        }
        if let deadline = job.deadline { found.say("It must have ended by \(deadline).") }
    }

    private func runnerIsGone(_ found: inout Explanation) {
        guard job.isDriven, !hasLiveRunner else { return }
        found.say(
            "Its runner has died; what it was doing may go on by itself or have ended, and waits for a runner to look after it."
        )
        found.offer("let a new runner go on with it", "recover")
    }

    private func failed(_ found: inout Explanation) {
        let step = job.steps.first { $0.status == .failed }
        let message = job.errorMessage ?? "nobody said why"
        found.say((step.map { "Its step \($0.id) failed: " } ?? "It failed\(byWhom): ") + message)
        if let code = job.errorCode { found.say("The code is \(code).") }
        let kept = job.steps.count { $0.status == .completed }
        if kept > 0 {
            found.say(
                "\(kept == 1 ? "One step" : "\(kept) steps") before it succeeded, and a retry keeps what they made."
            )
        }
        if let step {
            found.offer("see more about the step", "explain \(id) \(step.id)")
            found.offer("see what the tool wrote", "jobs logs \(id) \(step.id)")
        }
        found.offer("try again from there", "jobs retry \(id)")
        found.offer("begin anew", "jobs reset \(id)")
    }
}
