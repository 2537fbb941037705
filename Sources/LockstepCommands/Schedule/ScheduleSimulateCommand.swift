internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule simulate`.
struct ScheduleSimulateCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Plays schedules over a virtual clock, and prints what would become of each time.",
        discussion:
            "The same scheduler as the service's, in a state of its own; no job is run, and nothing of the project is changed."
    )

    @Argument(help: ArgumentHelp("The schedules that are played; all when none is named.", valueName: "schedule-id"))
    var schedules: [String] = []

    @Option(help: ArgumentHelp("The first moment (2030-03-20 or 2030-03-20T10:30:00Z).", valueName: "time"))
    var from: Moment

    @Option(help: ArgumentHelp("The last moment.", valueName: "time"))
    var to: Moment

    @Option(help: ArgumentHelp("No scheduler runs then; repeatable.", valueName: "time..time"))
    var down: [MomentRange] = []

    @Option(
        help: ArgumentHelp(
            "The clock is set at a moment, such as 2030-03-20T10:30:00Z=-1h; repeatable.",
            valueName: "time=±time"
        )
    )
    var clockJump: [ClockJump] = []

    @Option(help: ArgumentHelp("How long each job takes; 10m unless said otherwise.", valueName: "time"))
    var takes: String = "10m"

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        let longest = ScheduleSimulation.longestTime.milliseconds
        guard let time = DurationText(parsing: takes), time.milliseconds <= longest else {
            throw ValidationError("--takes must be a time such as 30s, 10m or 2h, up to 100 years; it is \(takes).")
        }
        guard clockJump.allSatisfy({ (-longest...longest).contains($0.milliseconds) }) else {
            throw ValidationError("--clock-jump sets the clock by at most 100 years (36525d).")
        }
        guard from.instant <= to.instant else { throw ValidationError("--to is before --from.") }
    }

    func run() async throws {
        let console = Console.standard
        var simulation = ScheduleSimulation(from: from.instant, to: to.instant)
        simulation.downtimes = down.map(\.range)
        simulation.jumps = clockJump.map { ($0.at, $0.milliseconds) }
        simulation.jobDuration = DurationText(parsing: takes) ?? simulation.jobDuration
        let outcome = try await simulation.run(try project.project(), only: Set(schedules.map { ScheduleID($0) }))
        if output.isJSON { return try console.print(["occurrences": .array(outcome.entries.map(\.json))]) }
        try console.print(ScheduleTable.simulated(outcome.entries))
        if outcome.entries.isEmpty { console.note("Nothing is due then.") }
        for (id, reason) in outcome.leftOut { console.note("\(id) is left out: \(reason).") }
    }
}

/// Two moments, the second one not included.
struct MomentRange: ExpressibleByArgument {
    let range: Range<Instant>

    init?(argument: String) {
        let parts = argument.split(separator: "..", maxSplits: 1)
        guard parts.count == 2, let start = Moment(argument: String(parts[0])),
            let end = Moment(argument: String(parts[1])), start.instant < end.instant
        else { return nil }
        range = start.instant..<end.instant
    }
}

/// A moment at which the clock is set, and by how much.
struct ClockJump: ExpressibleByArgument {
    let at: Instant
    let milliseconds: Int64

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let at = Moment(argument: String(parts[0])), let sign = parts[1].first,
            sign == "+" || sign == "-", let amount = DurationText(parsing: String(parts[1].dropFirst()))
        else { return nil }
        self.at = at.instant
        milliseconds = sign == "-" ? -amount.milliseconds : amount.milliseconds
    }
}
