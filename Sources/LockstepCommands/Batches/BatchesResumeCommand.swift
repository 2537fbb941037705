internal import ArgumentParser

/// `lockstep batches resume`.
struct BatchesResumeCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Goes on with a batch whose process has died, where it was."
    )

    @OptionGroup var options: BatchDriveOptions

    var output: OutputOptions { options.output }

    func run() async throws { try await options.drive() }
}
