internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs validate`.
struct JobsValidateCommand: JobInputCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks the inputs of a job that has not started; it is ready when all are there and valid."
    )

    @OptionGroup var change: JobChangeOptions

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.validateInputs(of: job.id, expectedVersion: change.ifVersion, as: open.actor)
    }
}
