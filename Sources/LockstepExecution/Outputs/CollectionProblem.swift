internal import LockstepModel
internal import LockstepStore

/// Why an output could not be collected.
enum CollectionProblem: Error {
    /// The tool's fault: the step fails.
    case step(StepFailure)
    /// The runner's: the disk, or libmagic.
    case execution(ExecutionError)

    /// The step did not keep to what its tool file says; `message` begins with the output's name.
    static func broken(_ message: String) -> CollectionProblem {
        .step(StepFailure(.stepFailed, message))
    }

    static func tooLarge(_ message: String) -> CollectionProblem {
        .step(StepFailure(.resourceLimit, message))
    }

    init(_ error: StoreError) {
        self =
            error.code == .resourceLimit
            ? .step(StepFailure(.resourceLimit, error.message))
            : .execution(ExecutionError(error.code, error.message, cause: error.cause))
    }
}
