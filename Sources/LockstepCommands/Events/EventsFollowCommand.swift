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
        var filter = EventFilter(limit: 500)
        if let job { filter.job = try await open.job(job).id }
        if let after { filter.after = after } else { filter.after = try await open.service.lastEvent() }
        var pause = Self.shortestPause
        while true {
            let events = try await open.service.listEvents(filter, as: open.actor)
            for event in events {
                try console.print(
                    output.isJSON ? JSONWriter.text(OperationResult(event.json).json) : EventTable.line(event)
                )
            }
            filter.after = events.last?.sequence ?? filter.after
            if events.count == filter.limit { continue }
            pause = events.isEmpty ? min(pause * 2, Self.longestPause) : Self.shortestPause
            try await Task.sleep(for: pause)
        }
    }

    private static let shortestPause = Duration.milliseconds(50)
    private static let longestPause = Duration.milliseconds(500)
}
