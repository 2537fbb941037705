internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepModel

/// `lockstep tools import`.
struct ToolsImportCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turns a CWL v1.2 CommandLineTool into a tool of the project.",
        discussion: """
            Everything that cannot be carried over is named with its place, all at once, and then nothing is written. A tool \
            without JavaScript comes over as it is; Documentation/ImportingTools.md has the table.
            """
    )

    @Argument(help: ArgumentHelp("The document, YAML or JSON.", valueName: "file.cwl"))
    var file: String

    @OptionGroup var place: DraftOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let path = ProcessEnvironment.absolute(file)
        guard let document = SourceDocument.load(path, named: file) else {
            throw CommandFailure(.validationError, "There is no file at \(path.onOneLine).")
        }
        try place.checkID()
        let result = CWLImporter.importTool(document, id: place.id, fileName: file.lastPathComponent)
        guard let tool = result.tool else {
            throw CommandFailure(
                .workflowInvalid,
                "\(file.onOneLine) cannot become a tool; nothing was written.",
                findings: result.findings
            )
        }
        let console = Console.standard
        let stream = console.messages
        if !output.isJSON {
            for finding in result.findings {
                try stream.write(FindingText.render(finding, painter: stream.painter, width: stream.width))
            }
        }
        try place.put(tool, findings: result.findings, project, isJSON: output.isJSON)
    }
}

extension String {
    /// What follows the last slash.
    var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
