internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule preview`.
struct SchedulePreviewCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Lists coming times, and marks where the clocks of the zone change."
    )

    @OptionGroup var target: ScheduleArgument

    @Option(help: ArgumentHelp("Begin here instead of now (2030-03-20 or 2030-03-20T10:30:00Z).", valueName: "time"))
    var from: Moment?

    @Option(help: ArgumentHelp("The last time that counts.", valueName: "time"))
    var to: Moment?

    @Option(help: "How many times at most, 1 to 10000; 10 unless --to is given.")
    var limit: Int?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let preview = try await open.service.previewSchedule(
            target.id,
            from: from?.instant,
            to: to?.instant,
            limit: limit ?? (to == nil ? 10 : 1000),
            as: open.actor
        )
        if output.isJSON { return try console.print(preview.json) }
        try console.print(ScheduleTable.table(preview))
        if preview.times.isEmpty { console.note("It has no time there.") }
        if preview.hasMore { console.note("There are more; --limit shows them.") }
    }
}
