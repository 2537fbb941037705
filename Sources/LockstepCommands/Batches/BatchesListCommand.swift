internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep batches list`.
struct BatchesListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists batches, newest first.")

    @Option(help: "Only batches in this state: queued, running, completed, partial, failed or cancelled.")
    var state: BatchState?

    @Option(help: "How many batches at most, 1 to 500.")
    var limit = 50

    @Option(help: "Where the page begins: what the page before named at its end.")
    var cursor: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let page = try await open.service.listBatches(
            states: state.map { [$0] } ?? BatchState.allCases,
            after: cursor,
            limit: limit,
            as: open.actor
        )
        if output.isJSON {
            return try console.print([
                "batches": .array(page.batches.map { $0.batch.json($0.counts) }),
                "next_cursor": page.nextCursor.map { .string($0) } ?? .null,
            ])
        }
        try console.print(BatchText.table(page.batches, isForTerminal: console.output.isTerminal, now: .now()))
        if page.batches.isEmpty {
            console.note(
                "There are no \(state == nil ? "batches yet" : "such batches"). `lockstep run batch` starts one."
            )
        }
        if let next = page.nextCursor { console.note("There are more: --cursor \(next)") }
    }
}

extension BatchState: ExpressibleByArgument {}
