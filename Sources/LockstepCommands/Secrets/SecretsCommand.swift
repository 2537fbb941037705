internal import ArgumentParser

/// `lockstep secrets`.
struct SecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Keeps passwords, keys and tokens for tools that ask for them, and never shows them.",
        subcommands: [SecretsSetCommand.self, SecretsListCommand.self, SecretsRemoveCommand.self]
    )
}

/// The secret that a command is about.
struct SecretArgument: ParsableArguments {
    @Argument(help: "The secret's name: that of the environment variable in which tools find it.")
    var name: String
}
