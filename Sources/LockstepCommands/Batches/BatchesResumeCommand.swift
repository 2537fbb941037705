internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep batches resume`.
struct BatchesResumeCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Goes on with a batch whose process has died, where it was."
    )

    @OptionGroup var target: BatchArgument

    @Flag(name: .customLong("detach"), help: "Start and return at once.")
    var detaches = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let open = try project.open()
        let batch = try await target.found(in: open)
        let session = BatchSession(open: open, project: project, isJSON: output.isJSON)
        if detaches { return try await session.detach(batch) }
        try await session.drive(batch)
    }
}
