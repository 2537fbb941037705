internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep webhooks list`.
struct WebhooksListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists webhooks: where they send, how far they are, and which are suspended."
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let webhooks = try await open.service.listWebhooks(as: open.actor)
        if output.isJSON { return try console.print(["webhooks": .array(webhooks.map(\.json))]) }
        try console.print(WebhookTable.table(webhooks))
        if webhooks.isEmpty { console.note("There are no webhooks. `lockstep webhooks add URL` adds one.") }
    }
}
