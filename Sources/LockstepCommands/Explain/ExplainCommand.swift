internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep explain`.
struct ExplainCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says why a job, or one of its steps, is in the state it is in, and what could be done next."
    )

    @OptionGroup var target: JobArgument

    @Argument(help: "One of its steps.")
    var step: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let job = try await open.job(target.job)
        let explanation = try await open.service.explain(job.id, step: step, as: open.actor)
        if output.isJSON { return try console.print(explanation.json) }
        let stream = console.output
        try console.print(ExplanationText.text(of: explanation, width: stream.width, painter: stream.painter))
    }
}
