internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs start`.
struct JobsStartCommand: JobDriveCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Runs a job that was created before, to its end; an external job becomes running."
    )

    @OptionGroup var drive: JobDriveOptions

    func prepare(_ job: Job, in open: OpenProject) async throws -> Job {
        guard job.isExternal else {
            try job.require(version: drive.change.ifVersion)
            return job
        }
        return try await open.service.startJob(job.id, expectedVersion: drive.change.ifVersion, as: open.actor)
    }
}
