internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule tick`, for tests and benchmarks; not shown in the help.
struct ScheduleTickCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "tick",
        abstract: "Looks at all schedules once, as the service does whenever something is due.",
        shouldDisplay: false
    )

    @Option(help: ArgumentHelp("As if it were this moment.", valueName: "time"))
    var at: Moment?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let scheduler = Scheduler(open.workspace, onNews: { console.note($0.words) })
        let clock = ContinuousClock()
        let begin = clock.now
        let tick = try await scheduler.tick(at: at?.instant ?? .now())
        let time = (clock.now - begin).components
        if output.isJSON {
            var counts = JSONObject()
            for (outcome, count) in tick.counts { counts[outcome.rawValue] = .integer(Int64(count)) }
            return try console.print([
                "counts": .object(counts), "started_jobs": .integer(Int64(tick.startedJobs)),
                "next_due_at": tick.nextDue?.json ?? .null,
                "microseconds": .integer(time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000),
            ])
        }
        try console.print(tick.words)
    }
}
