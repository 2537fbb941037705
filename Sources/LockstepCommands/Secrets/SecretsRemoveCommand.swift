internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep secrets remove`.
struct SecretsRemoveCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Removes a secret; tools that ask for it cannot run until it is set again."
    )

    @OptionGroup var target: SecretArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        try await open.service.removeSecret(target.name, as: open.actor)
        if output.isJSON { return try console.print(["name": .string(target.name), "set": false]) }
        console.note("\(target.name) is removed.")
    }
}
