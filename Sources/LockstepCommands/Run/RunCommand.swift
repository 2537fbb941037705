internal import ArgumentParser

/// `lockstep run`: a workflow, or one tool.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a workflow, or one tool alone.",
        subcommands: [RunWorkflowCommand.self, RunToolCommand.self, RunJobCommand.self]
    )
}
