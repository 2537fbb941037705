internal import ArgumentParser
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel

/// What every command takes that lets a job run on.
struct JobDriveOptions: ParsableArguments {
    @OptionGroup var change: JobChangeOptions

    @Flag(name: .customLong("detach"), help: "Let a process of its own run the job, and return at once.")
    var detaches = false

    @Option(
        name: .customLong("sandbox"),
        help: ArgumentHelp("How well steps are shut in: full, full+cgroup, best-effort or off.", valueName: "level")
    )
    var sandbox = SandboxChoice.full
}

/// A command that lets one job run on and shows its progress; an external job is only marked.
protocol JobDriveCommand: ReadingCommand {
    var drive: JobDriveOptions { get }

    /// Readies the job, before a runner takes it up; what it returns is run.
    func prepare(_ job: Job, in open: OpenProject) async throws -> Job
}

extension JobDriveCommand {
    var output: OutputOptions { drive.change.output }

    func run() async throws {
        let open = try drive.change.project.open()
        let found = try await open.job(drive.change.target.job)
        let job = try await prepare(found, in: open)
        let session = JobSession(open: open, project: drive.change.project, isJSON: output.isJSON)
        // Whoever does the work of an external job, or still holds this one, goes on by themselves.
        guard !job.isExternal, !open.service.hasLiveRunner(job) else { return try await session.conclude(job) }
        if drive.detaches { return try await session.detach(job, sandbox: drive.sandbox.level) }
        try await session.drive { stop, onUpdate in
            try await open.service.startJob(
                job.id,
                sandbox: drive.sandbox.level,
                stop: stop,
                as: open.actor,
                onUpdate: onUpdate
            )
        }
    }
}
