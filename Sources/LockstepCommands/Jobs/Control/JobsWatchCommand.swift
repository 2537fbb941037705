internal import ArgumentParser
internal import Glibc
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel

/// `lockstep jobs watch`.
struct JobsWatchCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Shows the progress of a job until it has ended; ends as the job does. Ctrl-C ends only the watching."
    )

    @OptionGroup var target: JobArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        // Nothing is half-done while it looks, so it may end at any time.
        StopSignals.watch { _ in _exit(ExitStatus.cancelled.rawValue) }
        let open = try project.open()
        var job = try await open.job(target.job)
        let reporter = ProgressReporter(Console.standard.messages)
        reporter.start()
        reporter.handle(.started(job))
        var seen: [JobStep] = job.steps.map(\.unseen)
        while true {
            for (index, step) in job.steps.enumerated() where step != seen[index] {
                reporter.handle(.step(index: index, step))
                guard step.status == .running else { continue }
                let progress = StepProgress(percent: step.progress, liveOutput: job.liveOutput)
                reporter.handle(.live(index: index, progress, jobProgress: job.progress))
            }
            seen = job.steps.map { $0.status == .running ? $0.unseen : $0 }
            if job.state.isSettled { break }
            try await Task.sleep(for: Self.pause)
            job = try await open.service.getJob(job.id, as: open.actor)
        }
        reporter.handle(.settled(job))
        await reporter.finish()
        try await JobSession(open: open, project: project, isJSON: output.isJSON).conclude(job)
    }

    private static let pause = Duration.milliseconds(200)
}

extension JobStep {
    /// A step that differs from every one that is worth showing.
    fileprivate var unseen: JobStep {
        var step = self
        step.status = .pending
        return step
    }
}
