internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs partial`.
struct JobsPartialCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "partial",
        abstract: "Says that the work of an external job was done in part."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: "What is missing, for people.")
    var message: String

    @Option(help: ArgumentHelp("What came of it, a JSON object or @FILE.", valueName: "json"))
    var result: String?

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.markPartial(
            job.id,
            result: try result.map { (text) throws(CommandFailure) in try ContentArgument.object(text, "result") },
            errorMessage: message,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }
}
