internal import ArgumentParser
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel
internal import Synchronization

/// Drives one job in this process while the person watches, and shows what came of it.
struct JobSession {
    let open: OpenProject
    let project: ProjectOptions
    let isJSON: Bool
    let console = Console.standard

    /// Starts a process of its own that runs the job, and returns.
    func detach(_ job: Job, sandbox: SandboxLevel) async throws {
        try await open.workspace.runner.runDetached([job.id], sandbox: sandbox, options: project.arguments)
        if isJSON { try console.print(job.json) } else { try console.print(job.id.rawValue) }
        console.note("The job runs by itself; `lockstep jobs watch \(job.id.shortText)` follows it.")
    }

    /// Says that the job was left to the workers of the service.
    func queued(_ job: Job) throws {
        if isJSON { try console.print(job.json) } else { try console.print(job.id.rawValue) }
        console.noteQueued("job", follow: "jobs watch \(job.id.shortText)", in: open)
    }

    /// What drives the job: gets what stops it and whom to tell, and returns the job as it is then.
    typealias Drive = (StopSignal, @escaping @Sendable (JobUpdate) -> Void) async throws -> Job

    /// Shows progress until the job is driven no more, then how it stands and what it made.
    ///
    /// The first signal cancels the job, the second one stops it at once.
    ///
    /// - Throws: ``ExitCode`` unless the job completed, or waits as it was asked to.
    func drive(_ body: Drive) async throws {
        let reporter = ProgressReporter(console.messages)
        let warning = Mutex<String?>(nil)
        let result = await reporter.follow { stop in
            try await body(stop) { update in
                if case .live(_, let progress, _) = update, let text = progress.warning {
                    let isNew = warning.withLock { known in
                        defer { known = text }
                        return known != text
                    }
                    if isNew { reporter.say(text) }
                }
                reporter.handle(update)
            }
        }
        // Where progress is redrawn in place, the warning went with it.
        if console.messages.canRedraw, let text = warning.withLock({ $0 }) { console.note("lockstep: \(text)") }
        try await conclude(try result.get())
    }

    /// Shows how a job stands and what it made.
    ///
    /// - Throws: ``ExitCode`` unless it completed, or has not ended.
    func conclude(_ job: Job) async throws {
        try await show(job)
        if job.state.isSettled, job.exitStatus != .completed { throw ExitCode(job.exitStatus.rawValue) }
    }

    private func show(_ job: Job) async throws {
        note(job)
        if isJSON { return try console.print(OperationResult(outcomeOf: job)) }
        let assets = try await open.service.listAssets(job.id, as: open.actor)
        var paths: [AssetID: String] = [:]
        for asset in assets { paths[asset.id] = open.service.assetPath(asset) }
        let text = OutputSummary.text(
            of: job,
            path: { paths[$0.assetID] },
            width: console.output.width,
            painter: console.output.painter
        )
        if !text.isEmpty { try console.print(text) }
    }

    /// Says how the job ended and what to do next.
    private func note(_ job: Job) {
        let paint = console.messages.painter
        let mark = job.state.mark
        var line = "\(paint(mark.style, mark.symbol)) \(job.id) \(mark.word)"
        if let start = job.startedAt, let end = job.completedAt {
            line += " after \(DurationText.short(seconds: end.seconds(since: start)))"
        }
        try? console.messages.write(line + "\n")
        if job.state == .paused {
            console.note("`lockstep jobs resume \(job.id.shortText)` lets it go on, `jobs step` runs one step more.")
        }
        guard job.state != .completed, let message = job.errorMessage else { return }
        let logs = "`lockstep jobs logs \(job.id.shortText)` shows what the tools wrote."
        console.note("lockstep: \(message.harmlessLines)" + (job.state == .cancelled ? "" : "\n\(logs)"))
    }
}

extension Console {
    /// Says who will run what was left to the service, and how to follow it.
    func noteQueued(_ noun: String, follow command: String, in open: OpenProject) {
        let who =
            ServiceLock.isHeld(in: open.workspace)
            ? "The service runs it when a worker is free"
            : "No service is running; `lockstep serve --no-http` starts one"
        note("The \(noun) waits for a worker. \(who); `lockstep \(command)` follows it.")
    }
}
