package import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Why a job or a step is in the state that it is in, in words, and what could be done next.
package struct Explanation: Sendable, Hashable {
    /// One thing that somebody could do now.
    package struct NextStep: Sendable, Hashable {
        package let what: String
        /// The command that does it.
        package let command: String
    }

    package let jobID: JobID
    package let stepID: StepID?
    /// `failed`, `PENDING`, …
    package let state: String
    /// One fact a sentence, the most important one first.
    package internal(set) var because: [String] = []
    package internal(set) var next: [NextStep] = []
    /// Of the step, in the order they were started; none when the whole job is explained.
    package internal(set) var attempts: [Attempt] = []
    /// Of the step, or of all steps of a job that was to use earlier results.
    package internal(set) var reuses: [StepReuse] = []

    /// How the step's guard came to its value, as ``RuleTrace/json``; nil when it has none, or was not asked.
    package internal(set) var trace: JSONValue?
    /// How each parameter of a step that began came to its value, likewise.
    package internal(set) var mappings: JSONObject?

    mutating func say(_ sentence: String) { because.append(sentence) }

    mutating func offer(_ what: String, _ command: String) {
        next.append(NextStep(what: what, command: "lockstep \(command)"))
    }

    package var json: JSONValue {
        var object: JSONObject = ["job_id": .string(jobID.rawValue)]
        object["step_id"] = stepID.map { .string($0.rawValue) }
        object["state"] = .string(state)
        object["because"] = .array(because.map { .string($0) })
        if stepID == nil, !reuses.isEmpty { object["steps"] = .array(reuses.map(\.json)) }
        if stepID != nil { object["reuse"] = reuses.first?.json }
        if stepID != nil { object["attempts"] = .array(attempts.map(\.json)) }
        object["guard"] = trace
        object["mappings"] = mappings.map { .object($0) }
        object["next"] = .array(next.map { ["what": .string($0.what), "command": .string($0.command)] })
        return .object(object)
    }
}

/// What an explanation is drawn from.
struct ExplainedJob {
    let job: Job
    let unfinishedTasks: [String]
    let unfinishedPlanJobs: [JobID]
    /// In the order they were started.
    let attempts: [Attempt]
    /// What became of each step that has begun, by its place.
    let reuses: [Int: StepReuse]
    /// The change that brought the job into its state.
    let lastChange: Event?
    /// Why the explained step was skipped, when the run itself has skipped it.
    var skip: Event?
    /// How the explained step, which has begun, came to run with its values.
    var evaluation: StepEvaluation?
    /// Whether a process drives the job now.
    let hasLiveRunner: Bool
    let now: Instant

    /// ` by ada at 2024-03-20T10:30:00.000Z`; empty when nobody knows.
    var byWhom: String { lastChange.map { " by \($0.actor) at \($0.at)" } ?? "" }

    /// ` ("wrong file")`; empty when no reason was given.
    var reason: String { lastChange?.reason.map { " (\"\($0)\")" } ?? "" }
}

extension JobService {
    /// Explains a job, or one of its steps.
    ///
    /// - Throws: `JOB_NOT_FOUND`, also when the job has no such step.
    package func explain(_ id: JobID, step: String? = nil, as actor: Actor) async throws(JobError) -> Explanation {
        let job = try await getJob(id, as: actor)
        let situation = try await stored { () async throws(StoreError) in try await context.store.situation(of: id) }
        let attempts = try await listAttempts(id, as: actor)
        let events = try await listEvents(id, as: actor)
        let reuses = job.reusesSteps || step != nil ? try await reuses(of: job) : [:]
        var explained = ExplainedJob(
            job: job,
            unfinishedTasks: situation?.unfinishedTasks ?? [],
            unfinishedPlanJobs: situation?.unfinishedPlanJobs ?? [],
            attempts: attempts,
            reuses: reuses,
            lastChange: events.last { $0.toState == job.state && $0.fromState != job.state },
            hasLiveRunner: hasLiveRunner(job),
            now: context.now()
        )
        guard let step else { return explained.explanation }
        guard let found = try await self.step(named: step, of: job) else {
            let names = job.steps.map(\.id.rawValue)
            let nearest = EditDistance.nearest(to: step, among: names).map { " Did you mean \($0)?" } ?? ""
            throw JobError(
                .jobNotFound,
                names.isEmpty
                    ? "\(id) has no steps: somebody else does its work."
                    : "\(id) has no step \"\(step)\"; its steps are \(names.joined(separator: ", ")).\(nearest)"
            )
        }
        if found.status == .skipped {
            explained.skip = events.last { $0.type == "step.skipped" && $0.data["step_id"]?.stringValue == step }
        }
        if found.startedAt != nil, found.status != .pending, found.status != .skipped {
            let begun = events.last { event in
                event.type == "step.started" && event.data["step_id"]?.stringValue == found.id.rawValue
            }
            explained.evaluation = try await evaluation(of: found, of: job, driver: begun?.actor ?? job.userID)
        }
        return explained.explanation(of: found)
    }

    /// A step, or an item of one that has begun, such as `ocr[17]`; nil when there is none.
    private func step(named name: String, of job: Job) async throws(JobError) -> JobStep? {
        if let step = job.steps.first(where: { $0.id.rawValue == name }) { return step }
        let parts = name.split(separator: "[", maxSplits: 1)
        guard parts.count == 2, name.hasSuffix("]"), let item = Int(parts[1].dropLast()),
            (0..<StepLoop.maximumCount).contains(item),
            let step = job.steps.first(where: { $0.id.rawValue == parts[0] })
        else { return nil }
        let place = StepPlace.item(item, of: step.sequenceNumber)
        return try await stored { () async throws(StoreError) in
            try await context.store.step(of: job.id, at: place)
        }
    }
}
