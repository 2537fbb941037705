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

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let project = try project.open()
        let stop = StopSignal()
        StopSignals.watch { count in if count == 1 { stop.stop() } else { stop.stopNow() } }
        let job = try await project.workspace.runner.run(
            JobID(job),
            as: project.actor,
            sandbox: sandbox.level,
            stop: stop
        )
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
