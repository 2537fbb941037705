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
        try console.print(
            JobText.text(of: job, now: .now(), width: stream.width, painter: stream.painter)
                + AttemptText.text(of: attempts, width: stream.width, painter: stream.painter)
        )
    }
}
