internal import ArgumentParser
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel

/// `lockstep run job`: what `--detach` starts as a process of its own. Prints nothing.
struct RunJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "Runs a job that was created before.",
        shouldDisplay: false
    )

    @Argument(help: "The job's full id.")
    var job: String

    @Option(help: "How well its steps are shut in.")
    var sandbox = SandboxChoice.full

    @Flag(help: "Only go on with it when its runner has died, as the system's own actor.")
    var recover = false

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let project = try project.open()
        let stop = StopSignal()
        StopSignals.watch { count in if count == 1 { stop.stop() } else { stop.stopNow() } }
        let runner = project.workspace.runner
        let id = JobID(job)
        let job =
            recover
            ? try await runner.recover(id, as: .recovery, sandbox: sandbox.level, stop: stop)
            : try await runner.run(id, as: project.actor, sandbox: sandbox.level, stop: stop)
        throw ExitCode(job.exitStatus.rawValue)
    }
}

extension Job {
    /// What a command that waited for this job exits with.
    var exitStatus: ExitStatus {
        switch state {
        case .completed: .completed
        case .partial: .partial
        case .cancelled: .cancelled
        case .draft, .scheduled, .queued, .running, .paused: .failed
        case .failed:
            errorCode.flatMap(JobErrorCode.init(rawValue:))?.exitStatus == .environment ? .environment : .failed
        }
    }
}
