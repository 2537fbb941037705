internal import GRDB
internal import LockstepJSON
internal import LockstepModel

/// A webhook as a row of `webhooks`, and a try as one of `webhook_deliveries`.
enum WebhookRecord {
    static func insert(_ webhook: Webhook, into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO webhooks (webhook_id, tenant_id, url, event_types, created_at, created_by,
                    delivered_sequence, failure_count, next_try_at) VALUES (?,?,?,?,?,?,?,?,?)
                """,
            arguments: [
                webhook.id.rawValue, webhook.tenantID, webhook.url,
                JSONValue.array(webhook.eventTypes.map { .string($0) }).column, webhook.createdAt.milliseconds,
                webhook.createdBy, webhook.deliveredSequence, webhook.failureCount, webhook.nextTryAt.milliseconds,
            ]
        )
    }

    static func webhook(from row: Row) throws -> Webhook {
        let reason: String? = row["suspend_reason"]
        let suspendedAt = row.optionalInstant("suspended_at")
        return Webhook(
            id: WebhookID(try row.text("webhook_id")),
            tenantID: try row.text("tenant_id"),
            url: try row.text("url"),
            eventTypes: try row.json("event_types").arrayValue?.compactMap(\.stringValue) ?? [],
            createdAt: try row.instant("created_at"),
            createdBy: try row.text("created_by"),
            deliveredSequence: try row.integer("delivered_sequence"),
            failureCount: Int(try row.integer("failure_count")),
            nextTryAt: try row.instant("next_try_at"),
            suspension: suspendedAt.map { Webhook.Suspension(at: $0, reason: reason ?? "") }
        )
    }

    static func delivery(from row: Row) throws -> WebhookDelivery {
        WebhookDelivery(
            webhookID: WebhookID(try row.text("webhook_id")),
            sequence: try row.integer("sequence"),
            tryNumber: Int(try row.integer("try_number")),
            at: try row.instant("at"),
            httpStatus: row["http_status"],
            error: row["error"],
            milliseconds: row["duration_ms"]
        )
    }
}
