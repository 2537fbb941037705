internal import ArgumentParser
internal import LockstepJSON
internal import LockstepModel

/// `lockstep outputs get`.
struct OutputsGetCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Copies the file that an output is."
    )

    @OptionGroup var target: OutputArgument

    @Option(
        name: [.customShort("o"), .customLong("to")],
        help: ArgumentHelp(
            "Where to: a file, a folder, or - for standard output; otherwise the file's own name in the current folder.",
            valueName: "path"
        )
    )
    var destination: String?

    @Flag(help: "Replace a file that is there.")
    var force = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        if destination == "-" && output.isJSON {
            throw ValidationError(
                "--to - gives standard output to the file, so --output json has no place; leave one out."
            )
        }
    }

    func run() async throws {
        let console = Console.standard
        let outputs = try await JobOutputs(of: target.target.job, in: try project.open())
        let (file, path) = try outputs.file(target.name)
        if destination == "-" { return try FileCopy.write(path, to: console.output) }
        var goal = ProcessEnvironment.absolute(destination ?? FileCopy.safeName(file.name))
        if destination != nil, FileCopy.isFolder(goal) { goal += "/" + FileCopy.safeName(file.name) }
        try FileCopy.copy(path, to: goal, replaces: force)
        if output.isJSON { return try console.print(["path": .string(goal), "file": file.json]) }
        console.note("Wrote \(goal).")
    }
}
