internal import GRDB
package import LockstepModel

/// Webhooks, how far each has got, and the log of what was tried.
package struct WebhookStore: Sendable {
    let database: StateDatabase

    package init(_ store: JobStore) {
        database = store.database
    }

    package init(_ database: StateDatabase) {
        self.database = database
    }

    /// Keeps a new webhook.
    ///
    /// - Parameter sequence: It begins with the events after this one; nil for the events that come from now on.
    /// - Returns: The webhook as it is kept.
    package func insert(_ webhook: Webhook, after sequence: Int64?) async throws(StoreError) -> Webhook {
        try await database.write { database in
            var webhook = webhook
            webhook.deliveredSequence = try sequence ?? EventLog.lastSequence(database)
            try WebhookRecord.insert(webhook, into: database)
            return webhook
        }
    }

    /// In the order they were added.
    ///
    /// - Parameter tenant: Nil for those of all tenants.
    package func webhooks(tenant: String?) async throws(StoreError) -> [Webhook] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM webhooks WHERE tenant_id = ?1 OR ?1 IS NULL ORDER BY webhook_id",
                arguments: [tenant]
            ).map { try WebhookRecord.webhook(from: $0) }
        }
    }

    package func webhook(_ id: WebhookID) async throws(StoreError) -> Webhook? {
        try await database.read { try Self.webhook(id, $0) }
    }

    static func webhook(_ id: WebhookID, _ database: Database) throws -> Webhook? {
        try Row.fetchOne(database, sql: "SELECT * FROM webhooks WHERE webhook_id = ?", arguments: [id.rawValue])
            .map { try WebhookRecord.webhook(from: $0) }
    }

    /// Removes a webhook with its log; a try that is under way is no longer recorded.
    package func remove(_ id: WebhookID) async throws(StoreError) {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM webhooks WHERE webhook_id = ?", arguments: [id.rawValue])
        }
    }

    /// Lets a webhook go on at once with the event that it stopped at.
    package func resume(_ id: WebhookID, at now: Instant) async throws(StoreError) -> Webhook? {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE webhooks SET suspended_at = NULL, suspend_reason = NULL, failure_count = 0, next_try_at = ?
                    WHERE webhook_id = ?
                    """,
                arguments: [now.milliseconds, id.rawValue]
            )
            return try Self.webhook(id, database)
        }
    }

    /// A webhook's log, newest first.
    package func deliveries(of id: WebhookID, limit: Int) async throws(StoreError) -> [WebhookDelivery] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM webhook_deliveries WHERE webhook_id = ? ORDER BY sequence DESC, try_number DESC LIMIT ?
                    """,
                arguments: [id.rawValue, limit]
            ).map { try WebhookRecord.delivery(from: $0) }
        }
    }
}
