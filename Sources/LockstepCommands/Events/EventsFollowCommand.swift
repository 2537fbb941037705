internal import ArgumentParser
internal import Glibc
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep events follow`.
struct EventsFollowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Prints events as they happen, until Ctrl-C; with --output json one document a line."
    )

    @Option(help: "Only events of this job: its id, a unique part of the id's end, or `last`.")
    var job: String?

    @Option(
        help: ArgumentHelp(
            "Begin after this sequence number; otherwise with what happens from now on.",
            valueName: "sequence"
        )
    )
    var after: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        // Nothing is half-done while it waits or prints, so it may end at any time.
        StopSignals.watch { _ in _exit(ExitStatus.cancelled.rawValue) }
        let console = Console.standard
        let open = try project.open()
        var filter = EventSubscription.Filter()
        if let job { filter.job = try await open.job(job).id }
        let start = if let after { after } else { try await open.service.lastEvent() }
        for try await event in try open.service.subscribe(filter, after: start, as: open.actor) {
            try console.print(
                output.isJSON ? JSONWriter.text(OperationResult(event.json).json) : EventTable.line(event)
            )
        }
    }
}
