internal import ArgumentParser

/// `lockstep tools`.
struct ToolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "Lists and shows the project's tools.",
        subcommands: [ToolsListCommand.self, ToolsShowCommand.self]
    )
}
