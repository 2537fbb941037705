internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
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

    /// A step over many items has as many attempts.
    private static let attemptLimit = 100

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let job = try await open.job(target.job)
        let attempts = try await open.service.listAttempts(job.id, as: open.actor)
        if output.isJSON {
            var object = job.json.objectValue ?? [:]
            object["attempts"] = .array(attempts.map(\.json))
            return try console.print(JSONValue.object(object))
        }
        let stream = console.output
        let shown = attempts.suffix(Self.attemptLimit)
        try console.print(
            JobText.text(of: job, now: .now(), width: stream.width, painter: stream.painter)
                + AttemptText.text(of: Array(shown), width: stream.width, painter: stream.painter)
        )
        if shown.count < attempts.count {
            console.note(
                "\(attempts.count - shown.count) earlier attempts are not shown; --output json has all of them."
            )
        }
    }
}
