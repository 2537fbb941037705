internal import ArgumentParser
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel

/// `lockstep run job`: what `--detach` and recovery start as a process of its own. Prints nothing.
struct RunJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job",
        abstract: "Runs jobs that were created before, at the same time.",
        shouldDisplay: false
    )

    @Argument(help: "The full ids of the jobs.")
    var jobs: [String]

    @Option(help: "How well their steps are shut in.")
    var sandbox = SandboxChoice.full

    @Flag(help: "Only go on with those whose runner has died, as the system's own actor.")
    var recover = false

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let open = try project.open()
        let runs = jobs.map { (id: JobID($0), stop: StopSignal()) }
        StopSignals.watch { count in
            for run in runs { if count == 1 { run.stop.stop() } else { run.stop.stopNow() } }
        }
        let (runner, level, recovers) = (open.workspace.runner, sandbox.level, recover)
        let ends = await withTaskGroup(of: Result<Job, JobError>.self) { group in
            for run in runs {
                group.addTask {
                    do throws(JobError) {
                        return .success(
                            recovers
                                ? try await runner.recover(run.id, as: .recovery, sandbox: level, stop: run.stop)
                                : try await runner.run(run.id, as: open.actor, sandbox: level, stop: run.stop)
                        )
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // What happens to one job must not keep the others from their end.
        let settled = try ends.map { try $0.get() }
        let status = settled.map(\.exitStatus).max { $0.rawValue < $1.rawValue } ?? .completed
        throw ExitCode(status.rawValue)
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
