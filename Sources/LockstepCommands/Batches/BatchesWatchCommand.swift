internal import ArgumentParser
internal import Glibc
internal import LockstepEngine
internal import LockstepModel

/// `lockstep batches watch`.
struct BatchesWatchCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract:
            "Shows the progress of a batch until it has ended; ends as the batch does. Ctrl-C ends only the watching."
    )

    @OptionGroup var target: BatchArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    private static let pause = Duration.milliseconds(500)

    func run() async throws {
        // Nothing is half-done while it looks, so it may end at any time.
        StopSignals.watch { _ in _exit(ExitStatus.cancelled.rawValue) }
        let open = try project.open()
        let id = try await target.found(in: open).id
        let reporter = BatchProgressReporter(Console.standard.messages)
        reporter.start()
        let clock = ContinuousClock()
        while true {
            let begin = clock.now
            let (batch, counts) = try await open.service.getBatch(id, as: open.actor)
            let isOver = batch.state.isSettled
            let running =
                isOver ? [] : try await open.service.listRows(of: id, states: [.running], limit: 100, as: open.actor)
            reporter.show(batch, counts, running: running)
            if isOver {
                await reporter.finish()
                return try BatchSession(open: open, project: project, isJSON: output.isJSON).conclude(batch, counts)
            }
            // Of a very long batch, looking must not keep a processor busy.
            try await Task.sleep(for: max(Self.pause, (clock.now - begin) * 4))
        }
    }
}
