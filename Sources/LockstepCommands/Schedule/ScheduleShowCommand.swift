internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule show`.
struct ScheduleShowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one schedule: its times and rules, and how it stands."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let status = try await open.service.getSchedule(target.id, as: open.actor)
        if output.isJSON { return try console.print(status.json) }
        try console.print(
            FieldList.render(
                ScheduleTable.fields(of: status, at: .now()),
                width: console.output.width,
                painter: console.output.painter
            )
        )
    }
}
