internal import ArgumentParser

/// `lockstep jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Makes, runs, watches and changes jobs, and shows what happened to them.",
        subcommands: [
            JobsListCommand.self, JobsShowCommand.self, JobsWatchCommand.self, JobsLogsCommand.self,
            JobsEventsCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "Preparing",
                subcommands: [
                    JobsCreateCommand.self, JobsUpdateCommand.self, JobsSetInputCommand.self,
                    JobsClearInputsCommand.self, JobsValidateCommand.self, JobsScheduleCommand.self,
                    JobsDeleteCommand.self,
                ]
            ),
            CommandGroup(
                name: "Running",
                subcommands: [
                    JobsStartCommand.self, JobsStepCommand.self, JobsPauseCommand.self, JobsResumeCommand.self,
                    JobsCancelCommand.self, JobsRetryCommand.self, JobsResetCommand.self,
                ]
            ),
            CommandGroup(
                name: "External work",
                subcommands: [
                    JobsCompleteCommand.self, JobsFailCommand.self, JobsPartialCommand.self,
                    JobsProgressCommand.self, JobsCheckpointCommand.self, JobsAssignCommand.self,
                    JobsCostCommand.self,
                ]
            ),
            CommandGroup(
                name: "Task",
                subcommands: [
                    JobsLinkTaskCommand.self, JobsUnlinkTaskCommand.self, JobsTasksCommand.self,
                    JobsCompleteTaskCommand.self,
                ]
            ),
        ]
    )
}
