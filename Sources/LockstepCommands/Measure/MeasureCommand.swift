internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep measure`, for the benchmarks; not shown in the help.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Makes many drafts of a workflow, and prints how long each took, in microseconds.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("The workflow.", valueName: "workflow-id"))
    var workflow: String

    @Option(help: "How many.")
    var count = 1000

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let open = try project.open()
        let request = CreateJobRequest(
            workflow: try open.workspace.catalog.workflow(WorkflowID(workflow)),
            allowsIncompleteInputs: true
        )
        let clock = ContinuousClock()
        var times: [JSONValue] = []
        for _ in 0..<count {
            let start = clock.now
            _ = try await open.service.createJob(request, as: open.actor)
            times.append(.integer((clock.now - start).components.attoseconds / 1_000_000_000_000))
        }
        try Console.standard.print(["microseconds": .array(times)])
    }
}
