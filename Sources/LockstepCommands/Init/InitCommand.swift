internal import ArgumentParser
internal import LockstepModel

/// `lockstep init`.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes a new project with one workflow and one tool that run as they are."
    )

    @Argument(help: ArgumentHelp("The project's folder; made when it is not there.", valueName: "dir"))
    var folder = "."

    func run() async throws {
        let console = Console.standard
        let root = ProcessEnvironment.absolute(folder)
        let files = ProjectTemplate.files
        let present = files.map(\.path).filter { FileCopy.exists("\(root)/\($0)") }
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
        for file in files { try console.print("\(folder == "." ? "" : folder + "/")\(file.path)") }
        let enter = folder == "." ? "" : "cd \(ShellWord.quoted(folder)) && "
        console.note("The project is ready. Next: \(enter)\(ProjectTemplate.nextCommand)")
    }
}
