internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs progress`.
struct JobsProgressCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "progress",
        abstract: "Says how far an external job is; a report that comes too late is ignored with a warning."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: "0 to 100.")
    var percent: Int

    @Option(help: ArgumentHelp("One line about what it does now.", valueName: "text"))
    var message: String?

    var output: OutputOptions { change.output }

    func run() async throws {
        let console = Console.standard
        let open = try change.project.open()
        let found = try await open.job(change.target.job)
        let answer = try await open.service.updateProgress(
            found.id,
            to: percent,
            liveOutput: message,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
        if let warning = answer.warning { console.note("lockstep: \(warning)") }
        if output.isJSON {
            return try console.print([
                "job": answer.job.json, "warning": answer.warning.map { .string($0) } ?? .null,
            ])
        }
        if answer.warning == nil { console.note("\(answer.job.id) is at \(answer.job.progress)%.") }
    }
}
