internal import ArgumentParser

/// `lockstep jobs`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Lists, shows, follows and cancels jobs.",
        subcommands: [
            JobsListCommand.self, JobsShowCommand.self, JobsLogsCommand.self, JobsEventsCommand.self,
            JobsCancelCommand.self,
        ]
    )
}
