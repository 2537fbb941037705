internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs cancel`.
struct JobsCancelCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancels a job: one that waits at once, a running one by stopping its step."
    )

    @OptionGroup var target: JobArgument

    @Option(help: ArgumentHelp("Why, for the job's log.", valueName: "text"))
    var reason: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let found = try await open.job(target.job)
        let job = try await open.service.cancelJob(found.id, reason: reason, as: open.actor)
        if output.isJSON { return try console.print(job.json) }
        console.note(
            job.state == .cancelled
                ? "\(job.id) is cancelled."
                : "\(job.id) was asked to stop; its runner does so within a second."
        )
    }
}
