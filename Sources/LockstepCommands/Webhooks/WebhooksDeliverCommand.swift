internal import ArgumentParser
internal import Glibc
internal import LockstepEngine
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel

/// `lockstep webhooks deliver`.
struct WebhooksDeliverCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver",
        abstract: "Sends what is due to all webhooks and ends; with --follow until Ctrl-C.",
        discussion: "Without --follow the exit status is 1 when a receiver did not take an event."
    )

    @Flag(
        name: [.customShort("f"), .customLong("follow")],
        help: "Go on with what happens; every try is printed, with --output json as one document a line."
    )
    var follows = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        if follows { return try await follow(open, console) }
        let deliverer = WebhookDeliverer(
            open.workspace,
            onTry: { webhook, event, delivery in
                if delivery.error != nil { console.note(WebhookTable.line(webhook, event, delivery)) }
            }
        )
        let report = try await deliverer.deliverDue(as: open.actor)
        if output.isJSON {
            let data: JSONValue = [
                "delivered": .integer(Int64(report.delivered)), "failed": .integer(Int64(report.failed)),
                "suspended": .array(report.suspended.map { .string($0.rawValue) }),
            ]
            let message =
                "\(report.failed) tries failed. `lockstep webhooks deliveries` shows why; they are made again."
            try console.print(
                report.failed == 0 ? OperationResult(data) : OperationResult(.deliveryFailed, message, data: data)
            )
        } else {
            try console.print("\(report.delivered) delivered, \(report.failed) failed.")
            for id in report.suspended {
                console.note(
                    "\(id) is suspended. `lockstep webhooks resume \(id)` goes on when its receiver works again."
                )
            }
        }
        if report.failed > 0 { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    /// Ends with the answers that are outstanding after the first Ctrl-C, at once after the second.
    private func follow(_ open: OpenProject, _ console: Console) async throws {
        let stop = StopSignal()
        StopSignals.watch { count in
            if count > 1 { _exit(ExitStatus.cancelled.rawValue) }
            stop.stop()
        }
        let isJSON = output.isJSON
        let deliverer = WebhookDeliverer(
            open.workspace,
            onTry: { webhook, event, delivery in
                try? console.print(
                    isJSON ? JSONWriter.text(Self.answer(delivery).json) : WebhookTable.line(webhook, event, delivery)
                )
            }
        )
        try await deliverer.follow(stop: stop, as: open.actor)
        throw ExitCode(ExitStatus.cancelled.rawValue)
    }

    private static func answer(_ delivery: WebhookDelivery) -> OperationResult {
        guard let error = delivery.error else { return OperationResult(delivery.json) }
        return OperationResult(.deliveryFailed, error, data: delivery.json)
    }
}
