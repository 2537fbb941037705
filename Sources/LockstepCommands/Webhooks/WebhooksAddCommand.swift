internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep webhooks add`.
struct WebhooksAddCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds a URL that events are sent to, and prints the secret that they are signed with, once."
    )

    @Argument(help: "Where events are posted to: http:// or https://, without a name or password in it.")
    var url: String

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp("Only events of this type; may be repeated.", valueName: "type")
    )
    var types: [String] = []

    @Option(
        help: ArgumentHelp(
            "Begin after this sequence number (0: with the oldest); otherwise with what happens from now on.",
            valueName: "sequence"
        )
    )
    var after: Int64?

    @Option(
        help: ArgumentHelp(
            "Sign with the secret in this file, or on standard input for -, and make none.",
            valueName: "file"
        )
    )
    var secretFile: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let secret = try secretFile.map { try SecretReader.read($0) }
        let open = try project.open()
        let new = try await open.service.addWebhook(url, types: types, after: after, secret: secret, as: open.actor)
        if output.isJSON {
            var object = new.webhook.json.objectValue ?? [:]
            object["secret_file"] = .string(new.secretPath)
            return try console.print(.object(object))
        }
        try console.print("\(new.webhook.id)")
        if let made = new.madeSecret {
            try console.print("secret: \(made.revealed)")
            console.note("The secret is not shown again; the receiver checks signatures with it.")
        }
        console.note(
            "Events after \(new.webhook.deliveredSequence) are sent while `lockstep webhooks deliver --follow` runs."
        )
    }
}
