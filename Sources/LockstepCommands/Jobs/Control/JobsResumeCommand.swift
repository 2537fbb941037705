internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs resume`.
struct JobsResumeCommand: JobDriveCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets a paused job go on: in the runner that still holds it, else here."
    )

    @OptionGroup var drive: JobDriveOptions

    func prepare(_ job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.resumeJob(job.id, expectedVersion: drive.change.ifVersion, as: open.actor)
    }
}
