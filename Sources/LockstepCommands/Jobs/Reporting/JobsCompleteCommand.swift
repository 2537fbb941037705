internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs complete`.
struct JobsCompleteCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Says that the work of an external job has succeeded."
    )

    @OptionGroup var change: JobChangeOptions

    @Option(help: ArgumentHelp("What came of it, a JSON object or @FILE.", valueName: "json"))
    var result: String?

    @Option(help: ArgumentHelp("What it cost, added to what was recorded before.", valueName: "amount"))
    var cost: String?

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.completeJob(
            job.id,
            result: try result.map { (text) throws(CommandFailure) in try ContentArgument.object(text, "result") },
            actualCost: cost,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }
}
