internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep webhooks remove`.
struct WebhooksRemoveCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Removes a webhook with its secret and its log; what it has not delivered is not sent."
    )

    @OptionGroup var target: WebhookArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let webhook = try await open.service.findWebhook(target.webhook, as: open.actor)
        try await open.service.removeWebhook(webhook.id, as: open.actor)
        if output.isJSON { return try console.print(webhook.json) }
        console.note("\(webhook.id) is removed.")
    }
}
