/// Why an operation was refused or a job failed; the raw values are what JSON and the database carry.
package enum JobErrorCode: String, Sendable, Hashable, CaseIterable {
    case jobNotFound = "JOB_NOT_FOUND"
    case invalidTransition = "INVALID_TRANSITION"
    case dependencyError = "DEPENDENCY_ERROR"
    case concurrencyError = "CONCURRENCY_ERROR"
    case scheduleError = "SCHEDULE_ERROR"
    case validationError = "VALIDATION_ERROR"
    case permissionDenied = "PERMISSION_DENIED"
    case workflowInvalid = "WORKFLOW_INVALID"
    case workflowNotFound = "WORKFLOW_NOT_FOUND"
    case toolNotFound = "TOOL_NOT_FOUND"
    case assetNotFound = "ASSET_NOT_FOUND"
    case batchNotFound = "BATCH_NOT_FOUND"
    case webhookNotFound = "WEBHOOK_NOT_FOUND"
    case scheduleNotFound = "SCHEDULE_NOT_FOUND"
    case secretNotFound = "SECRET_NOT_FOUND"
    /// No test of a workflow has this name, or no case the words of the filter.
    case testNotFound = "TEST_NOT_FOUND"
    case projectNotFound = "PROJECT_NOT_FOUND"
    case stepFailed = "STEP_FAILED"
    /// A test of a workflow found something that is not as it wants it.
    case testFailed = "TEST_FAILED"
    /// A receiver did not take an event.
    case deliveryFailed = "DELIVERY_FAILED"
    case timedOut = "TIMED_OUT"
    case cancelled = "CANCELLED"
    case resourceLimit = "RESOURCE_LIMIT"
    case sandboxUnavailable = "SANDBOX_UNAVAILABLE"
    case storageFull = "STORAGE_FULL"
    case storageError = "STORAGE_ERROR"
    case guardRejected = "GUARD_REJECTED"
    case budgetExceeded = "BUDGET_EXCEEDED"
    case usage = "USAGE"
}

/// The exit status of the command line; README and `lockstep help exit-codes` print this table.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case completed = 0
    case failed = 1
    case usage = 2
    case partial = 3
    case invalid = 4
    case notFound = 5
    case environment = 6
    case cancelled = 130

    package var meaning: String {
        switch self {
        case .completed: "the job completed; the command did what it was asked"
        case .failed: "the job failed; the command could not do what it was asked"
        case .usage: "the command line itself is wrong"
        case .partial: "the job completed in part: a step that may fail did"
        case .invalid: "a definition or an input is invalid; nothing was run"
        case .notFound: "no such project, workflow, tool, job or asset, or it is not permitted"
        case .environment: "the sandbox, the disk or the machine is not usable; run `lockstep doctor`"
        case .cancelled: "the job was cancelled (Ctrl-C)"
        }
    }
}

extension JobErrorCode {
    /// Whether it is trouble of the machine, which the next job would be in as well.
    package var isOfMachine: Bool { exitStatus == .environment }

    package var exitStatus: ExitStatus {
        switch self {
        case .jobNotFound, .permissionDenied, .workflowNotFound, .toolNotFound, .assetNotFound, .projectNotFound,
            .batchNotFound, .scheduleNotFound, .webhookNotFound, .secretNotFound, .testNotFound:
            .notFound
        case .workflowInvalid, .validationError, .scheduleError: .invalid
        case .sandboxUnavailable, .storageFull, .storageError: .environment
        case .cancelled: .cancelled
        case .usage: .usage
        case .invalidTransition, .dependencyError, .concurrencyError, .stepFailed, .deliveryFailed, .testFailed,
            .timedOut, .resourceLimit,
            .guardRejected, .budgetExceeded:
            .failed
        }
    }
}
