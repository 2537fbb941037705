internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep batches export`.
struct BatchesExportCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the output files of all rows into a folder, named by a template.",
        discussion: """
            The template is a path below the folder. {row.name}, {row.number} and {row.INPUT} stand for the row, {output} for \
            the output's name with the file's extension, {file} for the file's own name, {job_id} for the job. A path that is \
            taken gets a number. results.csv says what became of every row.
            """
    )

    @OptionGroup var target: BatchArgument

    @Argument(help: ArgumentHelp("The folder; made when it is not there.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("Where each file goes.", valueName: "path"))
    var template = BatchExportPlan.standardTemplate

    @Flag(help: "Replace files that are there.")
    var force = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    private static let page = 500
    private static let indexName = "results.csv"

    /// A file, and where it goes.
    private struct Entry {
        let asset: AssetID
        let job: JobID
        let path: String
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let batch = try await target.found(in: open)
        let workflow = try await open.service.workflow(of: batch, as: open.actor)
        let (entries, index) = try await plan(batch, workflow, open)
        let root = ProcessEnvironment.absolute(folder)
        let paths = entries.map(\.path) + [Self.indexName]
        let present = paths.filter { FileCopy.exists("\(root)/\($0)") }
        guard force || present.isEmpty else {
            throw CommandFailure(
                .validationError,
                "\(root.onOneLine) has \(present.prefix(5).joined(separator: ", "))\(present.count > 5 ? " and more" : "") "
                    + "already and was left as it is. Give another folder, or --force."
            )
        }
        try FileCopy.makeFolder(root)
        for entry in entries {
            var sub = root
            for part in entry.path.split(separator: "/").dropLast() {
                sub += "/\(part)"
                try FileCopy.makeFolder(sub)
            }
            let source = try await open.service.readAsset(entry.asset, of: entry.job, as: open.actor)
            try FileCopy.copy(source, to: "\(root)/\(entry.path)", replaces: force)
        }
        try FileCopy.write(Array(index.utf8), to: "\(root)/\(Self.indexName)", replaces: force)
        if output.isJSON {
            return try console.print(["folder": .string(root), "files": .array(paths.map { .string($0) })])
        }
        console.note("Wrote \(paths.count) file\(paths.count == 1 ? "" : "s") to \(root).")
    }

    /// Where each file of each row goes, and the table of all rows.
    private func plan(
        _ batch: Batch,
        _ workflow: Workflow,
        _ open: OpenProject
    ) async throws -> (entries: [Entry], index: String) {
        var plan: BatchExportPlan
        do throws(BatchExportPlan.UnknownName) { plan = try BatchExportPlan(template, workflow) } catch {
            throw CommandFailure(
                .usage,
                "The template names {\(error.name.onOneLine)}, which no row has; there are "
                    + "\(error.known.map { "{\($0)}" }.joined(separator: ", "))."
            )
        }
        let table = BatchResultsTable(workflow)
        var entries: [Entry] = []
        var index = BatchResultsTable.csv(table.header)
        var last = 0
        while true {
            let rows = try await open.service.listRows(of: batch.id, after: last, limit: Self.page, as: open.actor)
            for row in rows {
                index += BatchResultsTable.csv(table.cells(row))
                guard let job = row.jobID else { continue }
                for (name, value) in row.outputs ?? [:] {
                    let files = value.files
                    let isList = FileValue(json: value) == nil
                    for (place, file) in files.enumerated() {
                        let path = plan.path(of: file, name, index: isList ? place + 1 : nil, row: row)
                        entries.append(Entry(asset: file.assetID, job: job, path: path))
                    }
                }
            }
            guard let end = rows.last, rows.count == Self.page else { return (entries, index) }
            last = end.number
        }
    }
}
