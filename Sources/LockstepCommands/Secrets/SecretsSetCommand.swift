internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep secrets set`.
struct SecretsSetCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Sets a secret to what standard input has, or says where its value comes from.",
        discussion: """
            On a terminal the value is asked for and not shown as you type. One line break at its end does not count. It is \
            never given as an argument: those can be read by every process of the machine.

              printf %s "$TOKEN" | lockstep secrets set API_TOKEN
              lockstep secrets set TLS_KEY --file key.pem
              lockstep secrets set API_TOKEN --from-env CI_TOKEN
              lockstep secrets set API_TOKEN --from-command -- pass show api
            """
    )

    @OptionGroup var target: SecretArgument

    @Option(help: ArgumentHelp("Read the value from this file instead; - is standard input.", valueName: "file"))
    var file: String?

    @Option(
        help: ArgumentHelp(
            "Keep no value: take it from this environment variable of whoever runs a job.",
            valueName: "variable"
        )
    )
    var fromEnv: String?

    @Flag(help: "Keep no value: take what the command behind -- prints when a job starts; it is run without a shell.")
    var fromCommand = false

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command, for --from-command.", valueName: "command"))
    var command: [String] = []

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        let ways = [file != nil, fromEnv != nil, fromCommand].count { $0 }
        if ways > 1 { throw ValidationError("Give one of --file, --from-env and --from-command.") }
        if fromCommand, command.isEmpty {
            throw ValidationError("Give the command behind --, such as: --from-command -- pass show api")
        }
        if !fromCommand, !command.isEmpty {
            throw ValidationError("What stands behind -- is a command, and needs --from-command. No value was set.")
        }
    }

    func run() async throws {
        let name = target.name
        if let problem = SecretName.problem(of: name) {
            throw CommandFailure(.validationError, "\"\(name)\" \(problem).")
        }
        let open = try project.open()
        // Who may not set it need not type it.
        try open.actor.require(.setSecret)
        try await open.service.setSecret(name, to: try source(), as: open.actor)
        let secrets = try await open.service.listSecrets(as: open.actor)
        guard let secret = secrets.first(where: { $0.name == name }) else { return }
        let console = Console.standard
        if output.isJSON { return try console.print(secret.json) }
        let tools = secret.tools.map(\.rawValue).joined(separator: ", ")
        console.note("\(name) is set. " + (tools.isEmpty ? "No tool asks for it yet." : "It is given to: \(tools)."))
    }

    private func source() throws(CommandFailure) -> SecretSource {
        if let fromEnv { return .environment(fromEnv) }
        if fromCommand { return .command(command) }
        return .value(try SecretInput.read(file ?? "-", name: target.name))
    }
}
