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

    @Option(help: "How many jobs at most, 1 to 500.")
    var limit = 50

    @Option(help: "Where the page begins: what the page before named at its end.")
    var cursor: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be 1 to 500; it is \(limit).") }
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let filter = JobFilter(
            workflow: workflow.map { WorkflowID($0) },
            status: status?.status,
            limit: limit,
            cursor: cursor
        )
        let page = try await open.service.listJobs(filter, as: open.actor)
        if output.isJSON {
            return try console.print([
                "jobs": .array(page.jobs.map(\.json)), "next_cursor": page.nextCursor.map { .string($0) } ?? .null,
            ])
        }
        try console.print(JobTable.table(page.jobs, isForTerminal: console.output.isTerminal, now: .now()))
        if page.jobs.isEmpty {
            let isFiltered = status != nil || workflow != nil || cursor != nil
            console.note("There are no \(isFiltered ? "such jobs" : "jobs yet"). `lockstep run workflow` starts one.")
        }
        if let next = page.nextCursor { console.note("There are more: --cursor \(next)") }
    }
}

/// A status as people type it, in capitals or not.
enum StatusChoice: String, ExpressibleByArgument, CaseIterable {
    case pending
    case running
    case completed
    case failed

    init?(argument: String) {
        self.init(rawValue: argument.lowercased())
    }

    var status: JobStatus {
        switch self {
        case .pending: .pending
        case .running: .running
        case .completed: .completed
        case .failed: .failed
        }
    }
}
