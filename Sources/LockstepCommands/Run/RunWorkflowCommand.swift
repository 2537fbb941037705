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
        let found = try project.project()
        let checked = try Catalog(found).workflow(named: workflow, from: ProcessEnvironment.currentFolder)
        try await JobLaunch(options: run, project: project, isJSON: output.isJSON).run(checked, in: found)
    }
}
