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
        let outputs = try await JobOutputs(of: target.job, in: try project.open())
        guard !outputs.values.isEmpty else {
            throw CommandFailure(
                .assetNotFound,
                "\(outputs.job.id) has no outputs to export; its state is \(outputs.job.state.rawValue)."
            )
        }
        let plan = ExportPlan(outputs.values)
        let export = FolderExport(root: ProcessEnvironment.absolute(folder), replaces: force, isJSON: output.isJSON)
        let files = plan.files.map { FolderExport.Entry(path: $0.path, file: $0.file) }
        try await export.write(files, index: (ExportPlan.indexName, plan.index)) { try outputs.path(of: $0) }
    }
}
