internal import ArgumentParser

/// `lockstep run`: a workflow, or one tool.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a workflow, a batch of rows, or one tool alone.",
        subcommands: [RunWorkflowCommand.self, RunBatchCommand.self, RunToolCommand.self, RunJobCommand.self]
    )
}
