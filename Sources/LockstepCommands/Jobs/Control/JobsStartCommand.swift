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
            guard !open.service.hasLiveRunner(job) else {
                throw JobError(
                    .invalidTransition,
                    "\(job.id) is \(job.state.rawValue), and a runner is at work on it already. "
                        + "See how it goes: lockstep jobs watch \(job.id)"
                )
            }
            return job
        }
        return try await open.service.startJob(job.id, expectedVersion: drive.change.ifVersion, as: open.actor)
    }
}
