internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepModel

/// `lockstep tools show`.
struct ToolsShowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what a tool takes and makes, and what it asks for beyond the sandbox."
    )

    @Argument(help: "The tool's id.")
    var tool: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let tool = try Catalog(try project.project()).tool(ToolID(tool))
        if output.isJSON { return try console.print(tool.definition) }
        let stream = console.output
        try console.print(DefinitionDetails.text(of: tool, width: stream.width, painter: stream.painter))
    }
}
