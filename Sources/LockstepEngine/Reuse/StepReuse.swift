internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Whether a step has an earlier result, or why it was run.
package struct StepReuse: Sendable, Hashable {
    package let stepID: StepID
    /// The step that ran instead; nil when this one ran.
    package let reusedFrom: StepOrigin?
    /// Why it ran, one reason each: `parameter level changed (was "basic", is "detailed")`.
    package let reasons: [String]
    /// The job that it was compared with.
    package let comparedWith: JobID?

    var json: JSONValue {
        var object: JSONObject = ["step_id": .string(stepID.rawValue)]
        if let reusedFrom {
            object["reused_from"] = reusedFrom.json
        } else {
            object["run_because"] = .array(reasons.map { .string($0) })
        }
        object["compared_with"] = comparedWith.map { .string($0.rawValue) }
        return .object(object)
    }
}

extension JobService {
    /// What became of each step that has begun, by its place.
    func reuses(of job: Job) async throws(JobError) -> [Int: StepReuse] {
        guard !job.isExternal, let workflow = job.workflowID,
            let pinned = try? await PinnedDefinitions.load(for: job, from: context)
        else { return [:] }
        let fingerprints = try await stored { () async throws(StoreError) in
            try await context.store.fingerprints(of: job.id)
        }
        var found: [Int: StepReuse] = [:]
        for step in job.steps {
            if let origin = step.reusedFrom {
                found[step.sequenceNumber] = StepReuse(
                    stepID: step.id,
                    reusedFrom: origin,
                    reasons: [],
                    comparedWith: origin.jobID
                )
            } else if let start = step.startedAt, let tool = pinned.tools[step.toolDigest] {
                var reasons: [String] = []
                var other: JobID?
                if let obstacle = tool.reuseObstacle {
                    reasons = [obstacle]
                } else {
                    let fingerprint = fingerprints[step.sequenceNumber]
                    (reasons, other) = try await self.reasons(
                        for: step,
                        of: job,
                        workflow,
                        fingerprint,
                        startedAt: start
                    )
                }
                found[step.sequenceNumber] = StepReuse(
                    stepID: step.id,
                    reusedFrom: nil,
                    reasons: reasons,
                    comparedWith: other
                )
            }
        }
        return found
    }

    private func reasons(
        for step: JobStep,
        of job: Job,
        _ workflow: WorkflowID,
        _ fingerprint: StepFingerprint?,
        startedAt start: Instant
    ) async throws(JobError) -> (reasons: [String], comparedWith: JobID?) {
        guard let fingerprint else { return (["what its result depends on is not on record"], nil) }
        let own = StepOrigin(jobID: job.id, stepID: step.id)
        let earlier = EarlierResults(store: context.store, scope: context.reuseScope(of: job))
        let comparison = try await stored { () async throws(StoreError) in
            try await earlier.compare(fingerprint, workflow, step.id, before: job.id, by: start, except: own)
        }
        switch comparison {
        case .equal(let whole):
            let reason = "the job was started without --resume, although nothing differed"
            return ([job.reusesSteps ? "the equal result could not be used" : reason], whole.origin.jobID)
        case .different(let reasons, let other): return (reasons, other)
        }
    }
}

extension ExplainedJob {
    /// Says of each step where its result comes from, when the job was to use earlier ones.
    func reused(_ found: inout Explanation) {
        guard job.reusesSteps else { return }
        for step in job.steps {
            guard let reuse = reuses[step.sequenceNumber] else { continue }
            found.say("Its step \(step.id) \(Self.sentence(about: reuse))")
            found.reuses.append(reuse)
        }
    }

    /// `was run: parameter level changed (…), compared with job_….`
    static func sentence(about reuse: StepReuse) -> String {
        if let origin = reuse.reusedFrom {
            return "was not run: it has the result of \(origin.stepID) in \(origin.jobID)."
        }
        let other = reuse.comparedWith.map { ", compared with \($0)" } ?? ""
        return "was run: \(reuse.reasons.joined(separator: "; "))\(other)."
    }
}
