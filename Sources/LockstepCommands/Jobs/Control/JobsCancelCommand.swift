internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs cancel`.
struct JobsCancelCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancels a job: one that waits at once, a running one by stopping its step.",
        discussion: """
            With --to an administrator puts the job into any state, past every rule; a reason is needed then, and a runner \
            that holds the job loses it.
            """
    )

    @OptionGroup var change: JobChangeOptions

    @Option(help: ArgumentHelp("Why, for the job's log.", valueName: "text"))
    var reason: String?

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The state to force the job into; needs the scope job:admin.", valueName: "state")
    )
    var target: String?

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        guard let target else {
            return try await open.service.cancelJob(
                job.id,
                reason: reason,
                expectedVersion: change.ifVersion,
                as: open.actor
            )
        }
        return try await open.service.cancelJob(
            job.id,
            targetState: target,
            reason: reason ?? "",
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }

    func said(of job: Job) -> String {
        target != nil || job.state.isSettled
            ? "\(job.id) is \(job.state.rawValue)."
            : "\(job.id) was asked to stop; its runner does so within a second."
    }
}
