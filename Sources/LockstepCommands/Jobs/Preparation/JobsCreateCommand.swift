internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs create`.
struct JobsCreateCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a job without running it.",
        discussion: """
            With --external the job has no workflow: somebody else does the work, and says how it goes on with `jobs start`, \
            `progress`, `checkpoint`, `complete` and `fail`.
            """
    )

    @Argument(help: "A workflow of the project by its id, or the path of a workflow file; none with --external.")
    var workflow: String?

    @Flag(help: "A job whose work somebody else does.")
    var external = false

    @Option(help: "What the job is called; otherwise the workflow's name.")
    var name: String?

    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var description: String?

    @Flag(help: "Keep the job also while inputs are missing or wrong; `jobs set-input` mends them.")
    var draft = false

    @Option(
        help: ArgumentHelp("When it is to start (2030-03-20 or 2030-03-20T10:30:00Z).", valueName: "time")
    )
    var at: Moment?

    @OptionGroup var inputs: InputOptions
    @OptionGroup var details: JobDetailOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        if external == (workflow != nil) {
            throw ValidationError("Name a workflow, or give --external and --name for a job without one.")
        }
        if external, name == nil { throw ValidationError("A job without a workflow needs --name.") }
        if external, !(inputs.inputs.isEmpty && inputs.files.isEmpty) {
            throw ValidationError("A job without a workflow has no inputs; --execution-context can carry data.")
        }
    }

    func run() async throws {
        let console = Console.standard
        let found = try project.project()
        var details = try details.details()
        details.scheduledAt = at?.instant
        let job = try await create(in: found, details)
        if output.isJSON { return try console.print(job.json) }
        try console.print(job.id.rawValue)
        for (name, message) in job.inputErrors { console.note("\(name): \(message.stringValue ?? "")") }
        let next =
            switch job.state {
            case .draft where !job.isExternal: "`lockstep jobs set-input \(job.id.shortText) NAME=VALUE` completes it."
            case .scheduled: "It waits for \(job.scheduledAt?.description ?? "its time")."
            default: "`lockstep jobs start \(job.id.shortText)` starts it."
            }
        console.note("The job is \(job.state.rawValue). \(next)")
    }

    private func create(in found: Project, _ details: JobDetails) async throws -> Job {
        guard let workflow else {
            let open = try project.open(found)
            return try await open.service.createExternalJob(
                name: name ?? "",
                description: description ?? "",
                details: details,
                as: open.actor
            )
        }
        let checked = try Catalog(found).workflow(named: workflow, from: ProcessEnvironment.currentFolder)
        let given = try inputs.given(for: checked.workflow.inputVariables)
        let open = try project.open(found)
        return try await open.service.createJob(
            CreateJobRequest(
                workflow: checked,
                name: name,
                description: description ?? "",
                inputs: given,
                allowsIncompleteInputs: draft,
                details: details
            ),
            as: open.actor
        )
    }
}
