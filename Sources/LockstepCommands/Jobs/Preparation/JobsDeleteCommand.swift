internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs delete`.
struct JobsDeleteCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Removes a job that is not running, with its steps and outputs; its log stays.",
        discussion: "The bytes of its outputs are freed by the next `lockstep gc`."
    )

    @OptionGroup var change: JobChangeOptions

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.deleteJob(job.id, expectedVersion: change.ifVersion, as: open.actor)
        return job
    }

    func said(of job: Job) -> String { "\(job.id) is deleted." }
}
