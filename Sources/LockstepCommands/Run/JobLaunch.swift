internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepModel

/// Creates a job, runs it while the person watches, and shows what it made.
struct JobLaunch {
    let options: RunOptions
    let assignments: InputArguments
    let isJSON: Bool
    let console = Console.standard

    /// - Throws: What kept the job from being run; ``ExitCode`` when it ran and did not complete.
    func run(_ checked: CheckedWorkflow, in project: Project) async throws {
        var fromFiles: [GivenInput] = []
        for path in options.inputFiles {
            fromFiles += try InputFileReader.read(ProcessEnvironment.absolute(path))
        }
        let open = OpenProject(workspace: try Workspace.open(project))
        let job = try await open.service.createJob(
            CreateJobRequest(
                workflow: checked,
                name: options.name,
                inputs: assignments.joined(with: fromFiles, of: checked.workflow)
            ),
            as: open.actor
        )
        guard !options.detaches else { return try await detach(job, open) }
        let settled = try await follow(job, open)
        try await show(settled, open)
        if settled.exitStatus != .completed { throw ExitCode(settled.exitStatus.rawValue) }
    }

    private func detach(_ job: Job, _ open: OpenProject) async throws {
        try await open.workspace.runner.runDetached(job.id, sandbox: options.sandbox.level)
        if isJSON { try console.print(job.json) } else { try console.print(job.id.rawValue) }
        console.note("The job runs by itself; `lockstep jobs logs -f \(job.id.shortText)` follows it.")
    }

    private func follow(_ job: Job, _ open: OpenProject) async throws -> Job {
        let reporter = ProgressReporter(console.messages)
        let stop = StopSignal()
        StopSignals.watch { count in
            if count == 1 {
                stop.stop()
                reporter.say("cancelling… press Ctrl-C again to stop at once")
            } else {
                stop.stopNow()
                if count == 2 { reporter.say("stopping at once") }
            }
        }
        reporter.start()
        let result: Result<Job, JobError>
        do throws(JobError) {
            result = .success(
                try await open.workspace.runner.run(
                    job.id,
                    as: open.actor,
                    sandbox: options.sandbox.level,
                    stop: stop,
                    onUpdate: { reporter.handle($0) }
                )
            )
        } catch {
            result = .failure(error)
        }
        await reporter.finish()
        return try result.get()
    }

    private func show(_ job: Job, _ open: OpenProject) async throws {
        note(job)
        if isJSON { return try console.print(job.json) }
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
            line += " after \(TimeText.duration(seconds: end.seconds(since: start)))"
        }
        try? console.messages.write(line + "\n")
        guard job.state != .completed, let message = job.errorMessage else { return }
        let logs = "`lockstep jobs logs \(job.id.shortText)` shows what the tools wrote."
        console.note("lockstep: \(message.harmlessLines)" + (job.state == .cancelled ? "" : "\n\(logs)"))
    }
}
