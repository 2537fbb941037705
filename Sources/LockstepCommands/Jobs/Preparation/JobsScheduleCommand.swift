internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs schedule`.
struct JobsScheduleCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Gives a job a time to start, or another one."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: ArgumentHelp("When (2030-03-20 or 2030-03-20T10:30:00Z).", valueName: "time"))
    var time: Moment

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.scheduleJob(
            job.id,
            at: time.instant,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }

    func said(of job: Job) -> String { "\(job.id) is to start at \(job.scheduledAt?.description ?? "")." }
}
