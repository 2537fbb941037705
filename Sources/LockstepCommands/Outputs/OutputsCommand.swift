internal import ArgumentParser

/// `lockstep outputs`.
struct OutputsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs",
        abstract: "Lists, shows, copies and adds what a job made.",
        subcommands: [
            OutputsListCommand.self, OutputsShowCommand.self, OutputsGetCommand.self, OutputsOpenCommand.self,
            OutputsExportCommand.self, OutputsAddCommand.self,
        ]
    )
}

/// One output of a job.
struct OutputArgument: ParsableArguments {
    @OptionGroup var target: JobArgument

    @Argument(help: "The output's name, as `lockstep outputs list` shows it.")
    var name: String
}
