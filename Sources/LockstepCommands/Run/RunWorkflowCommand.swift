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
            stops it at once. With --resume a step whose tool, parameters, input files and sandbox are those of an earlier step \
            gets that one's result and is not run; `lockstep explain` says of each step what differed.
            """
    )

    @Argument(help: "A workflow of the project by its id, or the path of a workflow file.")
    var workflow: String

    @Flag(name: .customLong("resume"), help: "Use the results of earlier equal steps instead of running them again.")
    var resumes = false

    @OptionGroup var run: RunOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let found = try project.project()
        let checked = try Catalog(found).workflow(named: workflow, from: ProcessEnvironment.currentFolder)
        try await JobLaunch(options: run, project: project, isJSON: output.isJSON, reusesSteps: resumes)
            .run(checked, in: found)
    }
}
