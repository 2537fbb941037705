internal import LockstepModel

/// What is run again when a job is retried.
struct RetryPlan {
    /// Sequence numbers of steps that have not completed; what they have made so far, items and called jobs, is gone on with.
    private(set) var unfinished: Set<Int> = []
    /// Sequence numbers of steps that see other values than in their last run, whether they had completed or not.
    private(set) var changed: Set<Int> = []

    /// - Parameter workflow: Nil when the job's definition cannot be read; only what has not completed is run then.
    init(of job: Job, _ workflow: Workflow?) {
        unfinished = Set(job.steps.indices.filter { job.steps[$0].status != .completed })
        guard let steps = workflow?.allSteps, steps.count == job.steps.count else { return }
        // What `finally` did belongs to the end that there was.
        for index in steps.indices where job.steps[index].isFinal { changed.insert(index) }
        var made: Set<String> = []
        for index in steps.indices {
            let reads = steps[index].reads
            if !made.isEmpty, reads.isEverything || !reads.names.isDisjoint(with: made) { changed.insert(index) }
            guard unfinished.contains(index) || changed.contains(index) else { continue }
            made.formUnion(steps[index].outputMappings.map(\.variable))
        }
        // A step after one that failed has not run, so nothing of it is there that could be stale.
        unfinished.subtract(changed)
    }
}
