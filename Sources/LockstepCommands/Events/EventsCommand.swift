internal import ArgumentParser

/// `lockstep events`.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Lists, follows and verifies the append-only log of everything that happened.",
        subcommands: [EventsListCommand.self, EventsFollowCommand.self, EventsVerifyCommand.self]
    )
}
