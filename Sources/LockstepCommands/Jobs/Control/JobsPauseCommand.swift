internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs pause`.
struct JobsPauseCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keeps a running job from starting another step; the one that runs may end."
    )

    @OptionGroup var change: JobChangeOptions

    @Option(help: ArgumentHelp("Why, for the job's log.", valueName: "text"))
    var reason: String?

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.pauseJob(
            job.id,
            expectedVersion: change.ifVersion,
            reason: reason,
            as: open.actor
        )
    }
}
