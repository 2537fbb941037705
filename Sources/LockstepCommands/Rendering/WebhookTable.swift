package import LockstepModel

/// Webhooks and what was tried for them as tables.
package enum WebhookTable {
    package static func table(_ webhooks: [Webhook]) -> Table {
        var table = Table([
            Table.Column("WEBHOOK"), Table.Column("STATE"), Table.Column("AFTER", .right),
            Table.Column("EVENTS", mayShrink: true), Table.Column("URL", mayShrink: true),
            Table.Column("WHY", mayShrink: true),
        ])
        for webhook in webhooks {
            table.add([
                Table.Cell(webhook.id.rawValue), state(of: webhook), Table.Cell(String(webhook.deliveredSequence)),
                Table.Cell(webhook.eventTypes.isEmpty ? "all" : webhook.eventTypes.joined(separator: ", ")),
                Table.Cell(webhook.url), Table.Cell(webhook.suspension?.reason ?? ""),
            ])
        }
        return table
    }

    package static func table(_ deliveries: [WebhookDelivery]) -> Table {
        var table = Table([
            Table.Column("SEQ", .right), Table.Column("TRY", .right), Table.Column("AT"), Table.Column("MS", .right),
            Table.Column("RESULT", mayShrink: true),
        ])
        for delivery in deliveries {
            table.add([
                Table.Cell(String(delivery.sequence)), Table.Cell(String(delivery.tryNumber)),
                Table.Cell(delivery.at.description), Table.Cell(delivery.milliseconds.map(String.init) ?? ""),
                Table.Cell(result(of: delivery), delivery.error == nil ? .plain : .red),
            ])
        }
        return table
    }

    /// One line for a try that has just ended.
    package static func line(_ webhook: Webhook, _ event: Event, _ delivery: WebhookDelivery) -> String {
        [webhook.id.rawValue, String(event.sequence), event.type, "try \(delivery.tryNumber)", result(of: delivery)]
            .joined(separator: "  ").onOneLine
    }

    private static func state(of webhook: Webhook) -> Table.Cell {
        if webhook.suspension != nil { return Table.Cell("suspended", .red) }
        return webhook.failureCount == 0 ? Table.Cell("active", .green) : Table.Cell("retrying", .yellow)
    }

    private static func result(of delivery: WebhookDelivery) -> String {
        if let error = delivery.error { return error }
        return delivery.httpStatus.map { "HTTP \($0)" } ?? "under way, or broken off with its process"
    }
}
