internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule history`.
struct ScheduleHistoryCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lists what became of each time of a schedule, the newest first."
    )

    @OptionGroup var target: ScheduleArgument

    @Option(help: "How many times at most, 1 to 1000.")
    var limit = 50

    @Option(help: ArgumentHelp("Only times before this one.", valueName: "time"))
    var before: Moment?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000; it is \(limit).") }
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let entries = try await open.service.scheduleHistory(
            of: target.id,
            before: before?.instant,
            limit: limit,
            as: open.actor
        )
        if output.isJSON { return try console.print(["occurrences": .array(entries.map(\.json))]) }
        try console.print(ScheduleTable.table(entries))
        if entries.isEmpty { console.note("Nothing was decided about \(target.id) yet.") }
    }
}

/// `lockstep schedule why`.
struct ScheduleWhyCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Says what became of one time of a schedule, and why."
    )

    @OptionGroup var target: ScheduleArgument

    @Argument(help: "2026-12-01T02:30 on the clocks of its zone, or 2026-12-01T01:30:00Z.")
    var time: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let explanation = try await open.service.explainOccurrence(of: target.id, at: time, as: open.actor)
        if output.isJSON {
            return try console.print([
                "nominal_at": explanation.nominal.json, "occurrence": explanation.entry?.json ?? .null,
                "explanation": .array(explanation.sentences.map { .string($0) }),
            ])
        }
        for sentence in explanation.sentences {
            try console.print(Paragraph.wrap(sentence, width: console.output.width))
        }
    }
}
