internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs clear-inputs`.
struct JobsClearInputsCommand: JobInputCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear-inputs",
        abstract: "Removes all input values and errors of a job that has not started."
    )

    @OptionGroup var change: JobChangeOptions

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.clearInputs(of: job.id, expectedVersion: change.ifVersion, as: open.actor)
    }
}
