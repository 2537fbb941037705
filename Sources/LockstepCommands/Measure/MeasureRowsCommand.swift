internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep measure-rows`, for the benchmarks; not shown in the help.
struct MeasureRowsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-rows",
        abstract:
            "Reads and checks the rows of a batch, and prints how many there are and how long it took, in microseconds.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("The workflow.", valueName: "workflow-id"))
    var workflow: String

    @Argument(help: ArgumentHelp("A table, a pattern of files, or `-`.", valueName: "source"))
    var source: String

    @Flag(help: "Prints each row as a line of JSON: its inputs, or what is wrong.")
    var show = false

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let open = try project.open()
        let variables = try open.workspace.catalog.workflow(WorkflowID(workflow)).workflow.inputVariables
        let folder = ProcessEnvironment.currentFolder
        let clock = ContinuousClock()
        let start = clock.now
        var counts = (rows: 0, wrong: 0)
        do {
            let source = try BatchSource(argument: source, in: folder)
            var rows = try CheckedRows(source, variables: variables, shared: [], folder: folder)
            while let row = try rows.next() {
                counts.rows += 1
                if row.row == nil { counts.wrong += 1 }
                guard show else { continue }
                let inputs = row.row.map { JSONValue.object($0.inputs) }
                try Console.standard.print((inputs ?? .array(row.problems.map(\.json))).description)
            }
        } catch let problem as BatchProblem {
            throw CommandFailure(problem.jobError)
        } catch let error as JobError {
            throw CommandFailure(error)
        }
        guard !show else { return }
        let time = (clock.now - start).components
        try Console.standard.print([
            "rows": .integer(Int64(counts.rows)), "wrong": .integer(Int64(counts.wrong)),
            "microseconds": .integer(time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000),
        ])
    }
}
