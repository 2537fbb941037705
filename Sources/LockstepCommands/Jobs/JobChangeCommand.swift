internal import ArgumentParser
internal import LockstepModel

/// What every command that changes one job takes.
struct JobChangeOptions: ParsableArguments {
    @OptionGroup var target: JobArgument

    @Option(
        help: ArgumentHelp(
            "Change nothing unless the job still has this version, as `jobs show --output json` gives it.",
            valueName: "number"
        )
    )
    var ifVersion: Int64?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions
}

/// A command that changes one job and shows it as it is then.
protocol JobChangeCommand: ReadingCommand {
    var change: JobChangeOptions { get }

    /// Carries out the change.
    func apply(to job: Job, in open: OpenProject) async throws -> Job

    /// The change in words, for a person.
    func said(of job: Job) -> String
}

extension JobChangeCommand {
    var output: OutputOptions { change.output }

    func said(of job: Job) -> String { "\(job.id) is \(job.state.rawValue)." }

    func run() async throws {
        let console = Console.standard
        let open = try change.project.open()
        let found = try await open.job(change.target.job)
        let job = try await apply(to: found, in: open)
        if output.isJSON { return try console.print(job.json) }
        console.note(said(of: job))
    }
}
