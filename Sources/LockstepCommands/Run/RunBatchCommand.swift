internal import ArgumentParser
internal import Foundation
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep run batch`.
struct RunBatchCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Runs a workflow once for each row of a table, several at the same time.",
        discussion: """
            The rows come from a CSV, TSV or JSON Lines file, from standard input (`-`), or are the files of a pattern in quotes, \
            such as 'inbox/*.pdf'. All rows are checked first; if one is wrong, all wrong ones are reported and nothing runs. \
            Ctrl-C cancels the batch. Killed at any moment, `lockstep batches resume` goes on where it was.
            """
    )

    @Argument(help: "A workflow of the project by its id, or the path of a workflow file.")
    var workflow: String

    @Option(
        name: .customLong("inputs"),
        help: ArgumentHelp(
            "The rows: a .csv, .tsv, .jsonl or .ndjson file, a pattern of files in quotes, or - for standard input.",
            valueName: "rows"
        )
    )
    var rows: String

    @Option(
        name: [.customShort("i"), .customLong("input")],
        help: ArgumentHelp("An input of all rows that do not say it themselves. Repeatable.", valueName: "name=value")
    )
    var inputs: [String] = []

    @Option(help: "How the rows are written where no file name says it: csv, tsv or jsonl.")
    var format: BatchFormat?

    @Option(
        name: .customLong("file-input"),
        help: ArgumentHelp(
            "The input that the files of a pattern are given to; needed when several take files.",
            valueName: "name"
        )
    )
    var fileInput: String?

    @Option(help: "How many rows run at the same time; otherwise as many as the machine has cores.")
    var maxParallel: Int?

    @Flag(help: "Leave out rows that are not valid, and run the others.")
    var skipInvalid = false

    @Option(name: .customLong("name"), help: "What the batch is called; otherwise the workflow's name.")
    var name: String?

    @Flag(name: .customLong("detach"), help: "Start the batch and return at once; its id is printed.")
    var detaches = false

    @Flag(name: .customLong("queue"), help: "Leave the batch to the workers of `lockstep serve`; its id is printed.")
    var queues = false

    @Flag(name: .customLong("resume"), help: "Use the results of earlier equal steps instead of running them again.")
    var resumes = false

    @Option(
        name: .customLong("sandbox"),
        help: ArgumentHelp("As of `run workflow`: full, full+cgroup, best-effort or off.", valueName: "level")
    )
    var sandbox = SandboxChoice.full

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        guard !(queues && detaches) else { throw ValidationError("Give --queue or --detach, not both.") }
    }

    func run() async throws {
        let console = Console.standard
        let found = try project.project()
        let checked = try Catalog(found).workflow(named: workflow, from: ProcessEnvironment.currentFolder)
        let source: BatchSource
        do {
            source = try BatchSource(
                argument: rows,
                format: format,
                variable: fileInput,
                in: ProcessEnvironment.currentFolder
            )
        } catch {
            throw CommandFailure(error.code, error.description)
        }
        var request = BatchRequest(
            workflow: checked,
            source: source,
            folder: ProcessEnvironment.currentFolder,
            maxParallel: maxParallel ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
        )
        request.name = name
        request.sharedInputs = try InputArguments(inputs).inputs
        request.sandbox = sandbox.level
        request.reusesSteps = resumes
        request.skipsInvalid = skipInvalid
        let open = try project.open(found)
        let prepared = try await open.service.createBatch(request, enqueues: queues, as: open.actor) { count in
            guard console.messages.canRedraw else { return }
            try? console.messages.write("\r\(count) rows checked…\u{1B}[K")
        }
        if console.messages.canRedraw { try? console.messages.write("\r\u{1B}[K") }
        for problem in prepared.problems {
            console.note("lockstep: left out: \(source.shown.onOneLine) \(problem.description.harmlessLines)")
        }
        if prepared.moreProblems > 0 {
            console.note(
                "lockstep: \(prepared.moreProblems) more mistakes in rows that were left out are not shown; mend those "
                    + "above, and run the rows that were left out again."
            )
        }
        let session = BatchSession(open: open, project: project, isJSON: output.isJSON)
        if queues {
            if output.isJSON {
                let (batch, counts) = try await open.service.getBatch(prepared.batch.id, as: open.actor)
                try console.print(batch.json(counts))
            } else {
                try console.print(prepared.batch.id.rawValue)
            }
            return console.noteQueued("batch", follow: "batches watch \(prepared.batch.id.shortText)", in: open)
        }
        if detaches { return try await session.detach(prepared.batch) }
        try await session.drive(prepared.batch)
    }
}

extension BatchFormat: ExpressibleByArgument {}
