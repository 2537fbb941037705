internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs complete-task`.
struct JobsCompleteTaskCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete-task",
        abstract: "Says that a task is complete, for all jobs that are linked to it."
    )

    @Argument(help: "The task, as it was linked.")
    var task: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let jobs = try await open.service.completeTask(task, as: open.actor)
        if output.isJSON { return try console.print(["jobs": .array(jobs.map { .string($0.rawValue) })]) }
        console.note(
            jobs.isEmpty
                ? "No job is linked to a task \(task.onOneLine) that was not complete."
                : "\(task.onOneLine) is complete for \(jobs.map(\.rawValue).joined(separator: ", "))."
        )
    }
}
