internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs show`.
struct JobsShowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one job: its inputs, its steps, what it made and why it failed."
    )

    @OptionGroup var target: JobArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let job = try await open.job(target.job)
        if output.isJSON { return try console.print(job.json) }
        let stream = console.output
        try console.print(JobText.text(of: job, now: .now(), width: stream.width, painter: stream.painter))
    }
}
