internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel

/// `lockstep plan`.
struct PlanCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Says what a run of a workflow would do on the given inputs; nothing is run or stored.",
        discussion: """
            Shown are the steps with the command, files and secrets that each would get, what its guard says, and whether an equal \
            result is there already. What only a run can tell stands between ‹ and ›. The exit status is 4 when a step would fail \
            before it starts.
            """
    )

    @Argument(help: "A workflow of the project by its id, or the path of a workflow file.")
    var workflow: String

    @OptionGroup var inputs: InputOptions

    @Flag(name: .customLong("resume"), help: "Plan a run with --resume, which uses the results of earlier equal steps.")
    var resumes = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let found = try project.project()
        let configuration = try ProjectConfiguration(of: found)
        let actor = try configuration.actor(named: project.user, tenant: project.tenant, login: LoginName.current())
        let checked = try Catalog(found).workflow(named: workflow, from: ProcessEnvironment.currentFolder)
        let plan = try await RunPlanner(found, configuration: configuration).plan(
            checked,
            inputs: try inputs.given(for: checked.workflow.inputVariables),
            reusesSteps: resumes,
            as: actor
        )
        let failing = plan.failingSteps
        let failure =
            failing.isEmpty
            ? nil
            : CommandFailure(
                .validationError,
                "A run would fail: \(failing.count == 1 ? "the step" : "the steps") \(failing.joined(separator: ", ")) could "
                    + "not be started. Nothing was run."
            )
        if output.isJSON {
            if let failure { try console.print(failure.result(data: plan.json)) } else { try console.print(plan.json) }
        } else {
            let stream = console.output
            try console.print(PlanText.text(of: plan, width: stream.width, painter: stream.painter))
            if let failure { console.report(failure) }
        }
        if let failure { throw ExitCode(failure.status.rawValue) }
    }
}
