internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep outputs add`.
struct OutputsAddCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds a file to what a running job made whose work is done elsewhere.",
        discussion: "Only for jobs without workflow: the steps of a workflow say by themselves what they made."
    )

    @OptionGroup var target: JobArgument

    @Argument(help: ArgumentHelp("The file; it is copied.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("What it is called; otherwise as the file.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("What it is: text, image, …; otherwise from its content.", valueName: "type"))
    var type: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let job = try await open.job(target.job)
        let path = ProcessEnvironment.absolute(file)
        let asset = try await open.service.createAsset(.file(path), name: name, type: type, of: job.id, as: open.actor)
        if output.isJSON { return try console.print(asset.json) }
        console.note("Added \(asset.name.onOneLine) (\(ByteCount(asset.size)), \(asset.mimeType)) to \(job.id).")
        try console.print(asset.id.rawValue)
    }
}
