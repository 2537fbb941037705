/// The four coarse values that seed 002 knows.
package enum JobStatus: String, Sendable, Hashable, CaseIterable {
    case pending = "PENDING"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"
}

/// Where a job is in its life; each state fixes the status (jobs document, first table).
package enum JobState: String, Sendable, Hashable, CaseIterable {
    /// Created; inputs not complete or not valid.
    case draft
    /// Has a time to start.
    case scheduled
    /// Ready, waits for a slot.
    case queued
    case running
    /// No step starts; the live one may end.
    case paused
    /// Every step succeeded.
    case completed
    /// A step that was allowed to fail did.
    case partial
    /// A step failed, timed out or was lost.
    case failed
    case cancelled

    package var status: JobStatus {
        switch self {
        case .draft, .scheduled, .queued: .pending
        case .running, .paused: .running
        case .completed, .partial: .completed
        case .failed, .cancelled: .failed
        }
    }

    /// Whether nothing more happens unless somebody asks for it.
    package var isSettled: Bool { status == .completed || status == .failed }

    /// The states that a job may go to from this one by itself or by an operation (jobs document, second table).
    package var successors: Set<JobState> {
        switch self {
        case .draft: [.scheduled, .queued, .running, .cancelled]
        case .scheduled: [.queued, .running, .draft, .cancelled]
        case .queued: [.running, .cancelled]
        case .running: [.paused, .completed, .partial, .failed, .cancelled, .queued]
        case .paused: [.running, .cancelled, .failed]
        case .failed, .partial: [.queued, .running]
        case .completed, .cancelled: []
        }
    }

    /// Goes to another state.
    ///
    /// - Throws: ``JobError`` `INVALID_TRANSITION` when the table does not allow the change; the state is then as before.
    package mutating func change(to target: JobState, of job: JobID) throws(JobError) {
        try requireTransition(to: target, of: job)
        self = target
    }

    /// - Throws: ``JobError`` `INVALID_TRANSITION` when the table does not allow the change.
    package func requireTransition(to target: JobState, of job: JobID) throws(JobError) {
        guard successors.contains(target) else {
            let allowed = successors.map(\.rawValue).sorted().joined(separator: ", ")
            throw JobError(
                .invalidTransition,
                "\(job) is \(rawValue) and cannot become \(target.rawValue); from \(rawValue) it can become "
                    + (allowed.isEmpty ? "nothing else." : "\(allowed).")
            )
        }
    }
}

/// Where a step is in its life.
package enum StepStatus: String, Sendable, Hashable, CaseIterable {
    case pending = "PENDING"
    case running = "RUNNING"
    case completed = "COMPLETED"
    case failed = "FAILED"
    /// Its guard was false, or an earlier step failed.
    case skipped = "SKIPPED"
}
