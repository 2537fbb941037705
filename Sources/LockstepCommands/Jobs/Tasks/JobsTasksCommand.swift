internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs tasks`.
struct JobsTasksCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "Lists the tasks that a job is linked to."
    )

    @OptionGroup var target: JobArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let job = try await open.job(target.job)
        let tasks = try await open.service.listLinkedTasks(of: job.id, as: open.actor)
        if output.isJSON { return try console.print(["tasks": .array(tasks.map(\.json))]) }
        var table = Table([
            Table.Column("TASK", mayShrink: true), Table.Column("TYPE", mayShrink: true), Table.Column("COMPLETE"),
            Table.Column("ABOUT", mayShrink: true),
        ])
        for task in tasks {
            table.add([
                Table.Cell(task.taskID), Table.Cell(task.relationshipType),
                Table.Cell(task.completedAt?.description ?? "no"),
                Table.Cell(task.metadata.isEmpty ? "" : JSONValue.object(task.metadata).description),
            ])
        }
        try console.print(table)
        if tasks.isEmpty { console.note("\(job.id) is linked to no task; `lockstep jobs link-task` links one.") }
    }
}
