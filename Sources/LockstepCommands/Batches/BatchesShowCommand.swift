internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep batches show`.
struct BatchesShowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one batch: where its rows came from, and how many are in which state."
    )

    @OptionGroup var target: BatchArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let id = try await target.found(in: open).id
        let (batch, counts) = try await open.service.getBatch(id, as: open.actor)
        if output.isJSON { return try console.print(batch.json(counts)) }
        let isDriven = BatchRunner(open.workspace).isDriven(id)
        let stream = console.output
        try console.print(
            BatchText.text(
                of: batch,
                counts,
                isDriven: isDriven,
                log: open.service.log(of: id),
                now: .now(),
                width: stream.width,
                painter: stream.painter
            )
        )
    }
}
