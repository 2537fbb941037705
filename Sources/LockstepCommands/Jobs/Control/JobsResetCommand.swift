internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs reset`.
struct JobsResetCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Takes a job that has ended back to its beginning; its old attempts and outputs stay in the history."
    )

    @OptionGroup var change: JobChangeOptions

    @Option(help: ArgumentHelp("Why, for the job's log.", valueName: "text"))
    var reason: String?

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.resetJob(
            job.id,
            reason: reason,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }
}
