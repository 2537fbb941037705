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

    private struct File {
        let asset: AssetID
        let job: JobID
    }

    private typealias Entry = FolderExport.Entry<File>

    func run() async throws {
        let open = try project.open()
        let batch = try await target.found(in: open)
        let workflow = try await open.service.workflow(of: batch, as: open.actor)
        let (entries, index) = try await plan(batch, workflow, open)
        let export = FolderExport(root: ProcessEnvironment.absolute(folder), replaces: force, isJSON: output.isJSON)
        try await export.write(entries, index: (BatchExportPlan.indexName, Array(index.utf8))) { file in
            try await open.service.readAsset(file.asset, of: file.job, as: open.actor)
        }
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
                        entries.append(Entry(path: path, file: File(asset: file.assetID, job: job)))
                    }
                }
            }
            guard let end = rows.last else { return (entries, index) }
            last = end.number
        }
    }
}
