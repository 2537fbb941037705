internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs checkpoint`.
struct JobsCheckpointCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Prints a job's last checkpoint, or keeps a new one with --save."
    )

    @OptionGroup var change: JobChangeOptions

    @Option(help: ArgumentHelp("A file with JSON of any kind, - for standard input; kept as the checkpoint."))
    var save: String?

    var output: OutputOptions { change.output }

    func run() async throws {
        let console = Console.standard
        let open = try change.project.open()
        let found = try await open.job(change.target.job)
        guard let save else { return try await show(found, open, console) }
        let job = try await open.service.saveCheckpoint(
            text: try ContentArgument.bytes(save),
            of: found.id,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
        if output.isJSON { return try console.print(job.json) }
        console.note("The checkpoint of \(job.id) is kept.")
    }

    private func show(_ job: Job, _ open: OpenProject, _ console: Console) async throws {
        let checkpoint = try await open.service.loadCheckpoint(of: job.id, as: open.actor)
        if output.isJSON { return try console.print(["checkpoint_data": checkpoint ?? .null]) }
        guard let checkpoint else { return console.note("\(job.id) has no checkpoint.") }
        try console.print(JSONWriter.text(checkpoint, style: .pretty))
    }
}
