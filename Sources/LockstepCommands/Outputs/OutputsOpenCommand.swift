internal import ArgumentParser
internal import Glibc
internal import LockstepJSON
internal import LockstepModel

/// `lockstep outputs open`.
struct OutputsOpenCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract:
            "Opens the file that an output is in the desktop's program for it, or says where it is (always with --output json)."
    )

    @OptionGroup var target: OutputArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let outputs = try await JobOutputs(of: target.target.job, in: try project.open())
        let (file, path) = try outputs.file(target.name)
        if output.isJSON { return try console.print(["path": .string(path), "file": file.json]) }
        let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { !(console.environment[$0] ?? "").isEmpty }
        if hasDesktop { replaceProcess("xdg-open", path) }
        console.note("There is no desktop here to open it with; the file is")
        try console.print(path)
    }

    /// Becomes another program, found in the search path; returns only when there is none.
    private func replaceProcess(_ program: String, _ argument: String) {
        var arguments = [strdup(program), strdup(argument), nil]
        execvp(program, &arguments)
        for argument in arguments { free(argument) }
    }
}
