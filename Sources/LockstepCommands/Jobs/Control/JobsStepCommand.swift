internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs step`.
struct JobsStepCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Runs the next step of a job and no other; the job is paused then, or ended after its last step."
    )

    @OptionGroup var change: JobChangeOptions

    @Option(help: ArgumentHelp("How well the step is shut in: full, best-effort or off.", valueName: "level"))
    var sandbox = SandboxChoice.full

    var output: OutputOptions { change.output }

    func run() async throws {
        let open = try change.project.open()
        let job = try await open.job(change.target.job)
        let session = JobSession(open: open, project: change.project, isJSON: output.isJSON)
        try await session.drive { stop, onUpdate in
            try await open.service.executeStep(
                job.id,
                expectedVersion: change.ifVersion,
                sandbox: sandbox.level,
                stop: stop,
                as: open.actor,
                onUpdate: onUpdate
            )
        }
    }
}
