internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel

/// `lockstep run tool`.
struct RunToolCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "tool",
        abstract: "Runs one tool alone, in its sandbox, as a job of one step."
    )

    @Argument(help: "A tool of the project by its id.")
    var tool: String

    @OptionGroup var run: RunOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let found = try project.project()
        let checked = try ToolWorkflow.wrapping(try Catalog(found).tool(ToolID(tool)))
        try await JobLaunch(options: run, project: project, isJSON: output.isJSON).run(checked, in: found)
    }
}
