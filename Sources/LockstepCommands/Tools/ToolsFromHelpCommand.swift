internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepModel

/// `lockstep tools from-help`.
struct ToolsFromHelpCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "from-help",
        abstract: "Drafts a tool from what a program prints when it is asked for help.",
        discussion: """
            The program is run in the sandbox, with --help and then with -h. The draft can be used as it is, but what the \
            help does not say is guessed: its first lines name what you must look at. Options of the program's own follow \
            its name: lockstep tools from-help python3 -m json.tool
            """
    )

    @Argument(help: ArgumentHelp("The program.", valueName: "command"))
    var program: String

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("What always follows it, such as a subcommand.", valueName: "args")
    )
    var arguments: [String] = []

    @Option(
        name: .customLong("from-file"),
        help: ArgumentHelp("Read the help from a file, or from standard input for `-`.", valueName: "file")
    )
    var helpFile: String?

    @OptionGroup var place: DraftOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    /// How long a program may take to print its help.
    private static let wall = DurationText(milliseconds: 10_000)
    /// Wide lines, no colours, no pager.
    private static let environment = [
        "COLUMNS": "160", "NO_COLOR": "1", "TERM": "dumb", "PAGER": "cat", "MANPAGER": "cat",
    ]

    func run() async throws {
        try place.checkID()
        let command = [program] + arguments
        let tool =
            if let helpFile { try draft(fromFile: helpFile, command) } else { try await draft(byRunning: command) }
        try place.put(tool, findings: [], project, isJSON: output.isJSON)
    }

    private func draft(fromFile path: String, _ command: [String]) throws -> DraftedTool {
        let text = String(decoding: try ContentArgument.bytes(path), as: UTF8.self)
        guard let tool = HelpDrafter.draft(command, help: text, id: place.id) else {
            throw CommandFailure(
                .validationError,
                "Neither options nor a usage line were found in \(path == "-" ? "standard input" : path.onOneLine); nothing was written."
            )
        }
        return tool
    }

    private func draft(byRunning command: [String]) async throws -> DraftedTool {
        let runner: SandboxedProgram
        do throws(ExecutionError) {
            let supervisor = try SupervisorLocation.besideExecutable()
            runner = SandboxedProgram(supervisor: supervisor, folder: ProcessEnvironment.temporaryFolder)
        } catch {
            throw CommandFailure(error.code, error.message)
        }
        var reasons: [String] = []
        for flag in ["--help", "-h"] {
            let written: SandboxedProgram.Output
            do throws(ExecutionError) {
                written = try await runner.run(command + [flag], environment: Self.environment, wall: Self.wall)
            } catch {
                throw CommandFailure(error.code, error.message)
            }
            for bytes in [written.stdout, written.stderr] {
                let text = String(decoding: bytes, as: UTF8.self)
                if let tool = HelpDrafter.draft(command, help: text, id: place.id) { return tool }
            }
            if let failure = written.failure {
                // A program that is not there will not be there for the next try.
                let isMissing =
                    written.stdout.isEmpty && written.stderr.isEmpty && failure.message.hasPrefix("program `")
                if isMissing {
                    throw CommandFailure(.validationError, Self.sentence(failure.message), status: .notFound)
                }
                reasons.append("with \(flag) it \(failure.message)")
            }
        }
        let reason = reasons.isEmpty ? "" : " (\(reasons.joined(separator: " ")))"
        throw CommandFailure(
            .validationError,
            "\(command.joined(separator: " ").onOneLine) printed no help that can be understood, neither with --help nor with "
                + "-h\(reason). Save its help to a file and give it with --from-file."
        )
    }

    private static func sentence(_ message: String) -> String {
        "The \(message.replacingTail)"
    }
}

extension String {
    /// Without advice about a tool file that is not there yet.
    fileprivate var replacingTail: String {
        guard let cut = firstIndex(of: ";") else { return self }
        return self[..<cut] + "."
    }
}
