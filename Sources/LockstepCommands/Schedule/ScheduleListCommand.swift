internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule list`.
struct ScheduleListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists schedules: their times, the next one, what became of the last, and what is wrong."
    )

    @Flag(help: "Also those that were removed.")
    var all = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let schedules = try await open.service.listSchedules(includesEnded: all, as: open.actor)
        if output.isJSON { return try console.print(["schedules": .array(schedules.map(\.json))]) }
        try console.print(ScheduleTable.table(schedules))
        for schedule in schedules {
            if let problem = schedule.problem { console.note("\(schedule.stored.id): \(problem)") }
        }
        if schedules.isEmpty {
            console.note(
                "There are no schedules. `lockstep schedule add` adds one; those in workflow files appear when the scheduler has "
                    + "seen them."
            )
        }
    }
}
