internal import ArgumentParser
internal import LockstepJSON
internal import LockstepModel

/// `lockstep outputs export`.
struct OutputsExportCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes all outputs of a job into a folder: every file, and outputs.json with the values."
    )

    @OptionGroup var target: JobArgument

    @Argument(help: ArgumentHelp("The folder; made when it is not there.", valueName: "dir"))
    var folder: String

    @Flag(help: "Replace files that are there.")
    var force = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let outputs = try await JobOutputs(of: target.job, in: try project.open())
        guard !outputs.values.isEmpty else {
            throw CommandFailure(
                .assetNotFound,
                "\(outputs.job.id) has no outputs to export; its state is \(outputs.job.state.rawValue)."
            )
        }
        let root = ProcessEnvironment.absolute(folder)
        let plan = ExportPlan(outputs.values)
        let paths = plan.files.map(\.path) + [ExportPlan.indexName]
        let present = paths.filter { FileCopy.exists("\(root)/\($0)") }
        guard force || present.isEmpty else {
            throw CommandFailure(
                .validationError,
                "\(root.onOneLine) has \(present.prefix(5).joined(separator: ", "))\(present.count > 5 ? " and more" : "") "
                    + "already and was left as it is. Give another folder, or --force."
            )
        }
        try FileCopy.makeFolder(root)
        for entry in plan.files {
            let parts = entry.path.split(separator: "/").dropLast()
            if let sub = parts.first { try FileCopy.makeFolder("\(root)/\(sub)") }
            try FileCopy.copy(try outputs.path(of: entry.file), to: "\(root)/\(entry.path)", replaces: force)
        }
        try FileCopy.write(plan.index, to: "\(root)/\(ExportPlan.indexName)", replaces: force)
        if output.isJSON {
            let files = paths.map { JSONValue.string($0) }
            return try console.print(["folder": .string(root), "files": .array(files)])
        }
        console.note("Wrote \(plan.files.count + 1) file\(plan.files.isEmpty ? "" : "s") to \(root).")
    }
}
