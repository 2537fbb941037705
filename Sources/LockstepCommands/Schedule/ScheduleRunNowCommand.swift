internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule run-now`.
struct ScheduleRunNowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-now",
        abstract: "Fires a schedule now, whatever its times are, and also while it is paused or an earlier one runs."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let entry = try await open.service.runSchedule(target.id, as: open.actor)
        if output.isJSON { return try console.print(entry.json) }
        try console.print(entry.jobID?.rawValue ?? entry.batchID?.rawValue ?? "")
        console.note("It is queued, and runs while `lockstep serve` does.")
    }
}
