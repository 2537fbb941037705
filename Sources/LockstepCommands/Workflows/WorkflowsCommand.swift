internal import ArgumentParser

/// `lockstep workflows`.
struct WorkflowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflows",
        abstract: "Lists and shows the project's workflows.",
        subcommands: [WorkflowsListCommand.self, WorkflowsShowCommand.self]
    )
}
