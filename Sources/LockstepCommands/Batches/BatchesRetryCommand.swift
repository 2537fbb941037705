internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep batches retry`.
struct BatchesRetryCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Runs again what failed of a batch, and what was not started; rows that completed stay as they are."
    )

    @OptionGroup var options: BatchDriveOptions

    var output: OutputOptions { options.output }

    func run() async throws {
        try await options.drive { batch, open in try await open.service.retryBatch(batch.id, as: open.actor) }
    }
}
