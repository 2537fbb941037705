internal import ArgumentParser

/// `lockstep webhooks`.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Sends events to other programs over HTTP, each at least once and in order.",
        subcommands: [
            WebhooksAddCommand.self, WebhooksListCommand.self, WebhooksRemoveCommand.self, WebhooksResumeCommand.self,
            WebhooksDeliveriesCommand.self, WebhooksDeliverCommand.self,
        ]
    )
}

/// The webhook that a command is about.
struct WebhookArgument: ParsableArguments {
    @Argument(help: "The webhook: its id, or a unique part of the id's end (4 characters or more).")
    var webhook: String
}
