internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs update`.
struct JobsUpdateCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Changes a job's name, description and what it may cost and take, or which plan it belongs to."
    )

    @OptionGroup var change: JobChangeOptions

    @Option(help: "What the job is called.")
    var name: String?

    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var description: String?

    @OptionGroup var details: JobDetailOptions

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.updateJob(
            job.id,
            name: name,
            description: description,
            details: try details.details(),
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }

    func said(of job: Job) -> String { "\(job.id) was changed; it is \(job.state.rawValue)." }
}
