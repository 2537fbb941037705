internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep events list`.
struct EventsListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists what happened in the project, oldest first."
    )

    @Option(help: "Only events of this job: its id, a unique part of the id's end, or `last`.")
    var job: String?

    @Option(help: ArgumentHelp("Only events of this type, job.failed for example.", valueName: "type"))
    var type: String?

    @Option(help: ArgumentHelp("Only events after this sequence number.", valueName: "sequence"))
    var after: Int64 = 0

    @Option(help: "How many events at most, 1 to 500.")
    var limit = 50

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be 1 to 500; it is \(limit).") }
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        var filter = EventFilter(type: type, after: after, limit: limit)
        if let job { filter.job = try await open.job(job).id }
        let events = try await open.service.listEvents(filter, as: open.actor)
        let next = events.count == limit ? events.last?.sequence : nil
        if output.isJSON {
            return try console.print([
                "events": .array(events.map(\.json)), "next_after": next.map { .integer($0) } ?? .null,
            ])
        }
        try console.print(EventTable.table(events, isForTerminal: console.output.isTerminal))
        if events.isEmpty { console.note("There are no such events.") }
        if let next { console.note("There may be more: --after \(next)") }
    }
}
