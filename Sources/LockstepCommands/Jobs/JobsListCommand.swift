internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs list`.
struct JobsListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists jobs, newest first.")

    @Option(help: "Only jobs of this status: pending, running, completed or failed.")
    var status: StatusChoice?

    @Option(help: ArgumentHelp("Only jobs of this workflow.", valueName: "id"))
    var workflow: String?

    @Option(help: "Only jobs in this state: draft, queued, running, paused, failed, cancelled, …")
    var state: JobState?

    @Option(help: ArgumentHelp("Only jobs in whose log this person or agent appears.", valueName: "name"))
    var actor: String?

    @Option(help: ArgumentHelp("Only jobs of this batch.", valueName: "id"))
    var batch: String?

    @Option(help: ArgumentHelp("Only jobs of this schedule.", valueName: "id"))
    var schedule: String?

    @Option(help: ArgumentHelp("Only jobs of this plan.", valueName: "id"))
    var plan: String?

    @Option(
        help: ArgumentHelp("Only jobs made after this moment (2024-03-20 or 2024-03-20T10:30:00Z).", valueName: "time")
    )
    var createdAfter: Moment?

    @Option(help: ArgumentHelp("Only jobs that did not change since this moment.", valueName: "time"))
    var updatedBefore: Moment?

    @Option(
        help: ArgumentHelp("Only jobs with this in the name or description; 3 characters or more.", valueName: "text")
    )
    var text: String?

    @Option(help: "How many jobs at most, 1 to 500.")
    var limit = 50

    @Option(help: "Where the page begins: what the page before named at its end.")
    var cursor: String?

    @Option(help: ArgumentHelp("Ask this often, and print how long it took instead.", visibility: .hidden))
    var measure: Int?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be 1 to 500; it is \(limit).") }
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        var filter = JobFilter(
            workflow: workflow.map { WorkflowID($0) },
            status: status?.status,
            limit: limit,
            cursor: cursor
        )
        filter.state = state
        filter.actor = actor
        filter.batch = batch
        filter.schedule = schedule
        filter.plan = plan
        filter.createdAfter = createdAfter?.instant
        filter.updatedBefore = updatedBefore?.instant
        filter.text = text
        if let measure { return try await time(filter, repeated: measure, open, console) }
        let page = try await open.service.listJobs(filter, as: open.actor)
        if output.isJSON {
            return try console.print([
                "jobs": .array(page.jobs.map(\.json)), "next_cursor": page.nextCursor.map { .string($0) } ?? .null,
            ])
        }
        try console.print(JobTable.table(page.jobs, isForTerminal: console.output.isTerminal, now: .now()))
        if page.jobs.isEmpty {
            let isFiltered = filter != JobFilter(limit: limit)
            console.note("There are no \(isFiltered ? "such jobs" : "jobs yet"). `lockstep run workflow` starts one.")
        }
        if let next = page.nextCursor { console.note("There are more: --cursor \(next)") }
    }
    /// Measures the page itself, without the start of the program.
    private func time(_ filter: JobFilter, repeated count: Int, _ open: OpenProject, _ console: Console) async throws {
        let clock = ContinuousClock()
        var times: [JSONValue] = []
        var found = 0
        for _ in 0..<max(1, count) {
            let start = clock.now
            found = try await open.service.listJobs(filter, as: open.actor).jobs.count
            times.append(.integer((clock.now - start).components.attoseconds / 1_000_000_000_000))
        }
        try console.print(["jobs": .integer(Int64(found)), "microseconds": .array(times)])
    }
}
