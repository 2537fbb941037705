internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepModel

/// `lockstep run workflow`.
struct RunWorkflowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow",
        abstract: "Runs a workflow on the given inputs and shows what it made.",
        discussion: """
            All wrong inputs are reported together, and then nothing is run. Ctrl-C cancels the job; pressed a second time it \
            stops it at once.
            """
    )

    @Argument(help: "A workflow of the project by its id, or the path of a workflow file.")
    var workflow: String

    @OptionGroup var run: RunOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let assignments = try InputArguments(run.inputs)
        let project = try project.project()
        let checked = try definition(in: Catalog(project))
        try await JobLaunch(options: run, assignments: assignments, isJSON: output.isJSON).run(checked, in: project)
    }

    private func definition(in catalog: Catalog) throws(DefinitionError) -> CheckedWorkflow {
        let isPath = workflow.contains("/") || [".yaml", ".yml", ".json"].contains { workflow.hasSuffix($0) }
        return isPath
            ? try catalog.workflow(atPath: ProcessEnvironment.absolute(workflow))
            : try catalog.workflow(WorkflowID(workflow))
    }
}
