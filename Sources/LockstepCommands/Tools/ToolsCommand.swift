internal import ArgumentParser

/// `lockstep tools`.
struct ToolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "Lists, shows, imports and drafts the project's tools.",
        subcommands: [ToolsListCommand.self, ToolsShowCommand.self, ToolsImportCommand.self, ToolsFromHelpCommand.self]
    )
}
