internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep webhooks resume`.
struct WebhooksResumeCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets a suspended or waiting webhook go on at once, with the event that it stopped at."
    )

    @OptionGroup var target: WebhookArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let found = try await open.service.findWebhook(target.webhook, as: open.actor)
        let webhook = try await open.service.resumeWebhook(found.id, as: open.actor)
        if output.isJSON { return try console.print(webhook.json) }
        console.note("\(webhook.id) goes on after event \(webhook.deliveredSequence).")
    }
}
