internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule add`.
struct ScheduleAddCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds a schedule, in force from now on.",
        discussion: """
            For example: lockstep schedule add nightly --workflow report --cron '30 2 * * MON-FRI' --time-zone Europe/Berlin

            A path among the inputs is that of a file as it is when the schedule fires.
            """
    )

    @OptionGroup var target: ScheduleArgument

    @Option(help: ArgumentHelp("The workflow that it runs.", valueName: "workflow-id"))
    var workflow: String

    @Option(help: "Five fields, or @hourly, @daily, @weekly, @monthly or @yearly.")
    var cron: String?

    @Option(
        help: ArgumentHelp("One time only: 2026-12-01T10:00 on the zone's clocks, or …T10:00:00Z.", valueName: "time")
    )
    var at: String?

    @Option(help: ArgumentHelp("An IANA name such as Europe/Berlin; UTC when none is given.", valueName: "zone"))
    var timeZone: String?

    @OptionGroup var inputs: InputOptions

    @Option(help: ArgumentHelp("One job for each file of this pattern, as a batch.", valueName: "pattern"))
    var batch: String?

    @Option(name: .customLong("batch-as"), help: ArgumentHelp("The input that each file becomes.", valueName: "name"))
    var batchVariable: String?

    @Option(help: "How many jobs of a batch run at the same time at most; 4 unless said otherwise.")
    var maxParallel: Int64?

    @Flag(help: "Leave out files of a batch that are not valid, instead of making no job at all.")
    var skipInvalid = false

    @Option(
        help: ArgumentHelp(
            "Times that were missed: none fires, the latest (unless said otherwise), or all.",
            valueName: "which"
        )
    )
    var catchUp: String?

    @Option(help: ArgumentHelp("What is later than this is missed; 24h unless said otherwise.", valueName: "time"))
    var catchUpWindow: String?

    @Option(help: ArgumentHelp("How many late ones fire at most; 100 unless said otherwise.", valueName: "count"))
    var catchUpLimit: Int64?

    @Option(
        help: ArgumentHelp(
            "While an earlier one runs: skip (unless said otherwise), queue, allow or cancel_running.",
            valueName: "what"
        )
    )
    var overlap: String?

    @Option(help: ArgumentHelp("Start up to this much later, the same each time.", valueName: "time"))
    var jitter: String?

    @Option(help: ArgumentHelp("What cannot start within this time is missed.", valueName: "time"))
    var deadline: String?

    @Option(help: ArgumentHelp("The first day or time.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("The last day or time.", valueName: "time"))
    var to: String?

    @Flag(help: "Change the schedule of this name that was added before.")
    var replace = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        if (cron == nil) == (at == nil) { throw ValidationError("Give either --cron or --at.") }
        if (batch == nil) != (batchVariable == nil) { throw ValidationError("--batch and --batch-as go together.") }
        guard batch != nil || maxParallel == nil && !skipInvalid else {
            throw ValidationError("--max-parallel and --skip-invalid are for --batch.")
        }
    }

    func run() async throws {
        let console = Console.standard
        let found = try project.project()
        let checked = try Catalog(found).workflow(WorkflowID(workflow))
        let variables = checked.workflow.inputVariables
        let values = try ScheduledInputs.values(of: try inputs.given(for: variables), for: variables)
        let open = try project.open(found)
        let stored = try await open.service.addSchedule(
            definition(values),
            of: checked,
            replaces: replace,
            as: open.actor
        )
        let status = try await open.service.getSchedule(stored.id, as: open.actor)
        if output.isJSON { return try console.print(status.json) }
        try console.print(stored.id.rawValue)
        console.note("\(status.when). \(status.nextText(at: .now()))")
        console.note("It fires while `lockstep serve` runs.")
    }

    private func definition(_ values: JSONObject) -> JSONValue {
        var object: JSONObject = ["schedule_id": .string(target.schedule)]
        let texts = [
            ("cron", cron), ("at", at), ("time_zone", timeZone), ("catch_up", catchUp),
            ("catch_up_window", catchUpWindow), ("overlap", overlap), ("jitter", jitter), ("deadline", deadline),
            ("from", from), ("to", to),
        ]
        for (name, text) in texts { object[name] = text.map { .string($0) } }
        object["catch_up_limit"] = catchUpLimit.map { .integer($0) }
        if !values.isEmpty { object["inputs"] = .object(values) }
        if let batch, let batchVariable {
            let pattern = ProcessEnvironment.absolute(batch)
            var entry: JSONObject = ["glob": .string(pattern), "as": .string(batchVariable)]
            entry["max_parallel"] = maxParallel.map { .integer($0) }
            if skipInvalid { entry["skip_invalid"] = true }
            object["batch"] = .object(entry)
        }
        return .object(object)
    }
}
