internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel

/// `lockstep init`.
struct InitCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes a new project with one workflow and one tool that run as they are."
    )

    @Argument(help: ArgumentHelp("The project's folder; made when it is not there.", valueName: "dir"))
    var folder = "."

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = Console.standard
        let root = ProcessEnvironment.absolute(folder)
        let files = ProjectTemplate.files
        let schemas = EditorSchema.Kind.allCases.map(\.path)
        let present = (files.map(\.path) + schemas).filter { FileCopy.exists("\(root)/\($0)") }
        guard present.isEmpty else {
            throw CommandFailure(
                .validationError,
                "\(root.onOneLine) has \(present.joined(separator: ", ")) already; nothing was changed. Give a new folder, "
                    + "or move \(present.count == 1 ? "that file" : "those files") away."
            )
        }
        for file in files {
            try NewFile.write(file.content, to: "\(root)/\(file.path)", isExecutable: file.isExecutable)
        }
        let written = files.map(\.path) + (try SchemaFiles.write(EditorRegistry(Project(root: root)), to: root))
        if output.isJSON {
            return try console.print([
                "folder": .string(root), "files": .array(written.map { .string($0) }),
                "next_command": .string(ProjectTemplate.nextCommand),
            ])
        }
        for file in written { try console.print("\(folder == "." ? "" : folder + "/")\(file)") }
        let enter = folder == "." ? "" : "cd \(ShellWord.quoted(folder)) && "
        console.note("The project is ready. Next: \(enter)\(ProjectTemplate.nextCommand)")
    }
}
