internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Steps and items of steps by their place (``StepPlace``), and the values that each sees.
extension JobRun {
    subscript(step place: Int) -> JobStep {
        get { place < StepPlace.firstItem ? job.steps[place] : items[place] ?? newItem(at: place) }
        set { if place < StepPlace.firstItem { job.steps[place] = newValue } else { items[place] = newValue } }
    }

    /// Steps, and items that are being worked on.
    var livePlaces: [Int] { Array(job.steps.indices) + items.keys.sorted() }

    /// The definition of a step, also for an item of it.
    func definition(at place: Int) -> WorkflowStep {
        let index = StepPlace.step(of: place)
        return index < workflow.steps.count ? workflow.steps[index] : workflow.finalSteps[index - workflow.steps.count]
    }

    /// An item before its first attempt.
    private func newItem(at place: Int) -> JobStep {
        let step = job.steps[StepPlace.step(of: place)]
        var item = JobStep(
            id: StepPlace.name(step.id, item: StepPlace.itemIndex(of: place) ?? 0),
            jobID: job.id,
            sequenceNumber: place,
            toolID: step.toolID,
            toolName: step.toolName,
            toolDigest: step.toolDigest
        )
        item.callsWorkflow = step.callsWorkflow
        return item
    }

    /// Notes that the row of a step is to be written, or made when it is an item that begins.
    mutating func write(_ place: Int) {
        let step = self[step: place]
        if unstoredItems.contains(place) {
            pending.newSteps = pending.newSteps.filter { $0.sequenceNumber != place } + [step]
        } else {
            pending.steps = pending.steps.filter { $0.sequenceNumber != place } + [step]
        }
    }

    /// The variables that a step's mappings and guard see: the job's, the runner's own, and those of the item.
    func scope(of place: Int) -> [String: JSONValue] {
        let failed = job.steps.filter { $0.status == .failed }
        var scope = StepScope.values(
            of: job,
            variables: variables,
            failed: failed,
            message: job.ending == nil ? failed.first?.errorMessage : job.ending?.message,
            actorID: actor.id
        )
        if let item = StepPlace.itemIndex(of: place), let loop = definition(at: place).loop {
            scope[StepLoop.indexName] = .integer(Int64(item))
            scope[loop.itemName] = loopItems.indices.contains(item) ? loopItems[item] : .null
        }
        return scope
    }
}

/// The values that guards and mappings see.
enum StepScope {
    /// The job's variables, and what the runner says itself.
    ///
    /// - Parameters:
    ///   - failed: Steps that have failed before.
    ///   - message: Why the first of them did.
    ///   - actorID: Who drives the job.
    static func values(
        of job: Job,
        variables: [String: JSONValue],
        failed: [JobStep],
        message: String?,
        actorID: String
    ) -> [String: JSONValue] {
        var scope = variables
        scope["job"] = [
            "job_id": .string(job.id.rawValue), "name": .string(job.name),
            "failed_steps": .array(failed.map { .string($0.id.rawValue) }),
            "error_message": message.map { .string($0) } ?? .null, "started_at": job.startedAt?.json ?? .null,
        ]
        scope["actor"] = ["id": .string(actorID), "tenant_id": .string(job.tenantID)]
        scope["record"] = .null
        return scope
    }
}
