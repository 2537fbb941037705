internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep webhooks deliveries`.
struct WebhooksDeliveriesCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Lists what was tried for a webhook, newest first."
    )

    @OptionGroup var target: WebhookArgument

    @Option(help: "How many tries at most, 1 to 500.")
    var limit = 50

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit must be 1 to 500; it is \(limit).") }
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let webhook = try await open.service.findWebhook(target.webhook, as: open.actor)
        let deliveries = try await open.service.listDeliveries(of: webhook.id, limit: limit, as: open.actor)
        if output.isJSON { return try console.print(["deliveries": .array(deliveries.map(\.json))]) }
        try console.print(WebhookTable.table(deliveries))
        if deliveries.isEmpty { console.note("Nothing was sent to \(webhook.id) yet.") }
    }
}
