internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep batches cancel`.
struct BatchesCancelCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract:
            "Stops a batch: what runs is cancelled, and no further row is started; rows that are over stay as they are."
    )

    @OptionGroup var target: BatchArgument

    @Option(help: "Why; it stands in the log of each job that is cancelled.")
    var reason: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let id = try await target.found(in: open).id
        let batch = try await open.service.cancelBatch(id, reason: reason, as: open.actor)
        if output.isJSON {
            let (batch, counts) = try await open.service.getBatch(id, as: open.actor)
            return try console.print(batch.json(counts))
        }
        let isOver = batch.state.isSettled
        console.note(isOver ? "\(id) is cancelled." : "\(id) is being cancelled; what runs is stopped now.")
    }
}
