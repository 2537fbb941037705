internal import ArgumentParser
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel

/// `lockstep batches drive`: what `--detach` starts as a process of its own. Prints nothing.
struct BatchesDriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drive",
        abstract: "Runs the rows of a batch that was created before.",
        shouldDisplay: false
    )

    @Argument(help: "The full id of the batch.")
    var batch: String

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let open = try project.open()
        let stop = StopSignal()
        StopSignals.watch { count in if count == 1 { stop.stop() } else { stop.stopNow() } }
        let batch = try await BatchRunner(open.workspace).run(BatchID(batch), as: open.actor, stop: stop)
        if let status = batch.exitStatus { throw ExitCode(status.rawValue) }
    }
}
