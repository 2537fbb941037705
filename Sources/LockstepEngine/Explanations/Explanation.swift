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
        let explained = ExplainedJob(
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
        guard let found = job.steps.first(where: { $0.id.rawValue == step }) else {
            let names = job.steps.map(\.id.rawValue)
            let nearest = EditDistance.nearest(to: step, among: names).map { " Did you mean \($0)?" } ?? ""
            throw JobError(
                .jobNotFound,
                names.isEmpty
                    ? "\(id) has no steps: somebody else does its work."
                    : "\(id) has no step \"\(step)\"; its steps are \(names.joined(separator: ", ")).\(nearest)"
            )
        }
        return explained.explanation(of: found)
    }
}
