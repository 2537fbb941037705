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
        var scope = variables
        let failed = job.steps.filter { $0.status == .failed }
        var about: JSONObject = [
            "job_id": .string(job.id.rawValue), "name": .string(job.name),
            "failed_steps": .array(failed.map { .string($0.id.rawValue) }),
        ]
        let message = job.ending == nil ? failed.first?.errorMessage : job.ending?.message
        about["error_message"] = message.map { .string($0) } ?? .null
        about["started_at"] = job.startedAt?.json ?? .null
        scope["job"] = .object(about)
        scope["actor"] = ["id": .string(actor.id), "tenant_id": .string(job.tenantID)]
        scope["record"] = .null
        if let item = StepPlace.itemIndex(of: place), let loop = definition(at: place).loop {
            scope[StepLoop.indexName] = .integer(Int64(item))
            scope[loop.itemName] = loopItems.indices.contains(item) ? loopItems[item] : .null
        }
        return scope
    }
}
