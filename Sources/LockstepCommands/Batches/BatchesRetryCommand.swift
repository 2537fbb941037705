internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep batches retry`.
struct BatchesRetryCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Runs again what failed of a batch, and what was not started; rows that completed stay as they are."
    )

    @OptionGroup var target: BatchArgument

    @Flag(name: .customLong("detach"), help: "Start and return at once.")
    var detaches = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let open = try project.open()
        let id = try await target.found(in: open).id
        let batch = try await open.service.retryBatch(id, as: open.actor)
        let session = BatchSession(open: open, project: project, isJSON: output.isJSON)
        if detaches { return try await session.detach(batch) }
        try await session.drive(batch)
    }
}
