internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs unlink-task`.
struct JobsUnlinkTaskCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink-task",
        abstract: "Removes the link between a job and a task."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: "The task, as it was linked.")
    var task: String

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.unlinkTask(
            task,
            from: job.id,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }

    func said(of job: Job) -> String { "\(job.id) is not linked to \(task) any more." }
}
