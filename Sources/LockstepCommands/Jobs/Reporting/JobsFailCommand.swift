internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs fail`.
struct JobsFailCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "fail",
        abstract: "Says that the work of an external job has failed."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: "Why, for people.")
    var message: String

    @Option(help: ArgumentHelp("A code of whoever did the work.", valueName: "code"))
    var code: String?

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.failJob(
            job.id,
            errorMessage: message,
            errorCode: code,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }
}
