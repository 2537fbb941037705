internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs link-task`.
struct JobsLinkTaskCommand: JobChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "link-task",
        abstract: "Links a job to a task; with depends_on it does not start before the task is complete."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: "Any name, or the id of another job, whose completion then counts.")
    var task: String

    @Option(help: ArgumentHelp("What the task is to the job.", valueName: "name"))
    var type = LinkedTask.dependsOn

    @Option(help: ArgumentHelp("A JSON object about the link, or @FILE.", valueName: "json"))
    var metadata = "{}"

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        try await open.service.linkTask(
            task,
            to: job.id,
            relationshipType: type,
            metadata: try ContentArgument.object(metadata, "metadata"),
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }

    func said(of job: Job) -> String { "\(job.id) is linked to \(task) (\(type))." }
}
