internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs assign`.
struct JobsAssignCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Hands a job that has not ended to an agent."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: "The agent's name.")
    var agent: String

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.assignAgent(
            agent,
            to: job.id,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }

    func said(of job: Job) -> String { "\(job.id) is assigned to \(job.assignedAgent ?? "nobody")." }
}
