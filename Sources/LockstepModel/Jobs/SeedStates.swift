/// The five states of seed 003, each standing for one or more states of a job.
package enum WorkerState: String, Sendable, Hashable, CaseIterable {
    case queued = "QUEUED"
    case processing = "PROCESSING"
    case completed = "COMPLETED"
    case failed = "FAILED"
    case partial = "PARTIAL"

    package init(_ state: JobState) {
        self =
            switch state {
            case .draft, .scheduled, .queued: .queued
            case .running, .paused: .processing
            case .completed: .completed
            case .partial: .partial
            case .failed, .cancelled: .failed
            }
    }

    /// The state that a caller means who knows only this vocabulary.
    package var state: JobState {
        switch self {
        case .queued: .queued
        case .processing: .running
        case .completed: .completed
        case .failed: .failed
        case .partial: .partial
        }
    }

    /// The changes that seed 003 lists; what a job may do beyond them (cancel, retry) is not part of this view.
    package var successors: Set<WorkerState> {
        switch self {
        case .queued: [.processing]
        case .processing: [.completed, .partial, .failed]
        case .completed, .failed, .partial: []
        }
    }

    package var isTerminal: Bool { successors.isEmpty }
}

/// The six states of seed 004, each standing for one or more states of a job; `retry` is the change failed to running.
package enum ServiceState: String, Sendable, Hashable, CaseIterable {
    case draft
    case scheduled
    case running
    case succeeded
    case failed
    case cancelled

    /// A queued job is one whose time has come, and a job completed in part is one that has succeeded with a message.
    package init(_ state: JobState) {
        self =
            switch state {
            case .draft: .draft
            case .scheduled, .queued: .scheduled
            case .running, .paused: .running
            case .completed, .partial: .succeeded
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }

    /// The state that a caller means who knows only this vocabulary.
    package var state: JobState {
        switch self {
        case .draft: .draft
        case .scheduled: .scheduled
        case .running: .running
        case .succeeded: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    /// The table of seed 004, its retry included.
    package var successors: Set<ServiceState> {
        switch self {
        case .draft: [.scheduled, .running, .cancelled]
        case .scheduled: [.running, .cancelled]
        case .running: [.succeeded, .failed, .cancelled]
        case .failed: [.running]
        case .succeeded, .cancelled: []
        }
    }
}
