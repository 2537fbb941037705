internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepModel

/// `lockstep workflows show`.
struct WorkflowsShowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what a workflow takes, does and makes, and how it is run."
    )

    @Argument(help: "The workflow's id.")
    var workflow: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let catalog = Catalog(try project.project())
        let workflow = try catalog.workflow(WorkflowID(workflow)).workflow
        if output.isJSON { return try console.print(workflow.definition) }
        let stream = console.output
        try console.print(DefinitionDetails.text(of: workflow, width: stream.width, painter: stream.painter))
    }
}
