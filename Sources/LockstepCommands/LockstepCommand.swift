internal import ArgumentParser

/// The root of all subcommands.
struct LockstepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockstep",
        abstract: "Runs the steps of a workflow one after the other, each tool in a sandbox of its own.",
        discussion: """
            Start here:
              lockstep init my-project     make a project that runs as it is
              lockstep check               find every mistake in its definitions
              lockstep test                run the tests of its workflows, without running a tool
              lockstep run workflow ID     run a workflow
              lockstep outputs list last   see what it made

            Commands work on the project that the current folder is in; --project DIR or LOCKSTEP_PROJECT names another.

            \(ExitCodesCommand.table)
            """,
        version: "lockstep 0.1.0",
        subcommands: [
            InitCommand.self, CheckCommand.self, TestCommand.self, RunCommand.self, JobsCommand.self,
            BatchesCommand.self, ScheduleCommand.self, ServeCommand.self,
            EventsCommand.self,
            ExplainCommand.self, OutputsCommand.self, WebhooksCommand.self, SecretsCommand.self, WorkflowsCommand.self,
            GraphCommand.self, PlanCommand.self,
            ToolsCommand.self, SchemaCommand.self,
            RecoverCommand.self, GCCommand.self, DoctorCommand.self, ExitCodesCommand.self, MeasureCommand.self,
            MeasureRowsCommand.self,
        ]
    )
}
