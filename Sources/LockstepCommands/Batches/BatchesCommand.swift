internal import ArgumentParser

/// `lockstep batches`.
struct BatchesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batches",
        abstract: "Lists, follows, cancels and repeats batches, and shows what they made.",
        subcommands: [
            BatchesListCommand.self, BatchesShowCommand.self, BatchesWatchCommand.self, BatchesResultsCommand.self,
            BatchesExportCommand.self, BatchesResumeCommand.self, BatchesRetryCommand.self, BatchesCancelCommand.self,
            BatchesDriveCommand.self,
        ]
    )
}
