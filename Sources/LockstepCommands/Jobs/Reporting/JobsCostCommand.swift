internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs cost`.
struct JobsCostCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Adds to what a job has cost."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: "A decimal amount, such as 12.50.")
    var amount: String

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.recordCost(
            amount,
            of: job.id,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }

    func said(of job: Job) -> String { "\(job.id) has cost \(job.actualCost?.description ?? "0") so far." }
}
