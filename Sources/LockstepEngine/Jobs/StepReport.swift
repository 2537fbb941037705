internal import LockstepJSON
internal import LockstepModel

/// What the tool of one attempt said about its job.
struct StepReport: Sendable {
    let stepIndex: Int
    let stepID: StepID
    let cost: Money?
    let checkpoint: JSONValue?

    /// Adds the cost to the job's, and makes the checkpoint the job's last (seed 004's `JobCheckpoint`).
    ///
    /// A sum that is too large for an amount leaves the job's as it is.
    func apply(to job: inout Job) {
        if let cost {
            job.actualCost = Money(parsing: ((job.actualCost ?? .zero) + cost).description) ?? job.actualCost
        }
        guard let checkpoint else { return }
        job.checkpointData = [
            "step_index": .integer(Int64(stepIndex)), "step_name": .string(stepID.rawValue), "state": checkpoint,
        ]
    }
}
