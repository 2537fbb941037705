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
        // A job that has lost its runner is not over yet: it goes on.
        if job.isDriven, !open.service.hasLiveRunner(job) { return job }
        return try await open.service.retryJob(job.id, expectedVersion: drive.change.ifVersion, as: open.actor)
    }
}
