internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs events`.
struct JobsEventsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Lists what happened to one job, oldest first, from the append-only log."
    )

    @OptionGroup var target: JobArgument

    @Option(help: ArgumentHelp("Only events after this sequence number.", valueName: "sequence"))
    var after: Int64 = 0

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let job = try await open.job(target.job)
        let events = try await open.service.listEvents(job.id, after: after, as: open.actor)
        if output.isJSON { return try console.print(["events": .array(events.map(\.json))]) }
        var table = Table([
            Table.Column("SEQ", .right), Table.Column("AT"), Table.Column("EVENT"), Table.Column("CHANGE"),
            Table.Column("BY", mayShrink: true), Table.Column("ABOUT", mayShrink: true),
        ])
        for event in events {
            table.add([
                Table.Cell(String(event.sequence)), Table.Cell(time(event.at, console)), Table.Cell(event.type),
                Table.Cell(event.change), Table.Cell(event.actor), Table.Cell(event.about),
            ])
        }
        try console.print(table)
    }

    private func time(_ instant: Instant, _ console: Console) -> String {
        let text = instant.description
        return console.output.isTerminal ? String(text.dropFirst(11).prefix(8)) : text
    }
}
