internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs retry`.
struct JobsRetryCommand: JobDriveCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Goes on with a failed job at the step that failed; what succeeded is kept."
    )

    @OptionGroup var drive: JobDriveOptions

    func prepare(_ job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.retryJob(job.id, expectedVersion: drive.change.ifVersion, as: open.actor)
    }
}
