internal import ArgumentParser
internal import LockstepModel

/// `lockstep schedule`.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Runs workflows at times: adds schedules, and shows what becomes of each time.",
        discussion: "Schedules also stand in workflow files, as `schedules:`. They fire while `lockstep serve` runs.",
        subcommands: [
            ScheduleAddCommand.self, ScheduleListCommand.self, ScheduleShowCommand.self, SchedulePauseCommand.self,
            ScheduleResumeCommand.self, ScheduleRemoveCommand.self, ScheduleRunNowCommand.self,
            SchedulePreviewCommand.self, ScheduleHistoryCommand.self, ScheduleWhyCommand.self,
            ScheduleSimulateCommand.self, ScheduleTickCommand.self,
        ]
    )
}

/// The schedule that a command is about.
struct ScheduleArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The schedule.", valueName: "schedule-id"))
    var schedule: String

    var id: ScheduleID { ScheduleID(schedule) }
}
