internal import GRDB
package import LockstepModel

/// The right to send one event to one webhook, for a limited time.
package struct WebhookClaim: Sendable, Hashable {
    package var webhook: Webhook
    package var event: Event
    /// 1 for the first try of this event.
    package var tryNumber: Int
    /// Tells this claim from a later one.
    package var token: String
}

/// What follows from a try.
package enum WebhookProgress: Sendable, Hashable {
    /// The event has arrived: the next one is due.
    case delivered
    /// It is due again at this time.
    case failed(again: Instant)
    /// Nothing is sent any more until somebody resumes the webhook.
    case suspended(Webhook.Suspension)
}

extension WebhookStore {
    /// How many events one claim looks at; without a match the webhook moves past them and stays due.
    private static let window: Int64 = 10_000

    /// The webhooks that have something to send now, those of all tenants when none is named.
    ///
    /// - Parameters:
    ///   - last: Only events up to this sequence number count.
    ///   - longest: What is further in the future than this many milliseconds comes from a clock that was set back, and is over.
    package func due(tenant: String?, at now: Instant, through last: Int64, longest: Int64) async throws(StoreError)
        -> [WebhookID]
    {
        try await database.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT webhook_id FROM webhooks WHERE (tenant_id = :tenant OR :tenant IS NULL) AND \(Self.isDue)
                        AND delivered_sequence < min(:last, (SELECT max(sequence) FROM events))
                    ORDER BY webhook_id
                    """,
                arguments: Self.moment(now, longest) + ["tenant": tenant, "last": last]
            ).map { WebhookID($0) }
        }
    }

    /// Takes the next event of a webhook for one sender, and notes the try.
    ///
    /// One transaction: of two senders one gets the claim, and the other nothing until it is settled or over.
    ///
    /// - Parameters:
    ///   - end: The claim is over then, whatever became of the sender.
    ///   - token: Different for every claim.
    /// - Returns: Nil when nothing is due, somebody else has the claim, or the webhook is suspended or gone.
    package func claim(
        _ id: WebhookID,
        at now: Instant,
        until end: Instant,
        token: String,
        through last: Int64,
        longest: Int64
    ) async throws(StoreError) -> WebhookClaim? {
        try await database.write { database in
            while true {
                let found = try Row.fetchOne(
                    database,
                    sql: "SELECT * FROM webhooks WHERE webhook_id = :id AND \(Self.isDue)",
                    arguments: Self.moment(now, longest) + ["id": id.rawValue]
                )
                guard let webhook = try found.map({ try WebhookRecord.webhook(from: $0) }) else { return nil }
                let start = webhook.deliveredSequence
                let limit = min(last, try EventLog.lastSequence(database))
                guard start < limit else { return nil }
                let through = min(limit, start + Self.window)
                let selection = EventSelection(tenant: webhook.tenantID, types: webhook.eventTypes)
                let events = try EventLog.events(selection, after: start, through: through, limit: 1, database)
                guard let event = events.first else {
                    try database.execute(
                        sql: "UPDATE webhooks SET delivered_sequence = ? WHERE webhook_id = ?",
                        arguments: [through, id.rawValue]
                    )
                    continue
                }
                try database.execute(
                    sql: "UPDATE webhooks SET claim = ?, claimed_until = ? WHERE webhook_id = ?",
                    arguments: [token, end.milliseconds, id.rawValue]
                )
                let tryNumber = try Self.note(event.sequence, of: id, at: now, database)
                return WebhookClaim(webhook: webhook, event: event, tryNumber: tryNumber, token: token)
            }
        }
    }

    private static func note(_ sequence: Int64, of id: WebhookID, at now: Instant, _ database: Database) throws -> Int {
        let last = try Int.fetchOne(
            database,
            sql: "SELECT max(try_number) FROM webhook_deliveries WHERE webhook_id = ? AND sequence = ?",
            arguments: [id.rawValue, sequence]
        )
        let tryNumber = (last ?? 0) + 1
        try database.execute(
            sql: "INSERT INTO webhook_deliveries (webhook_id, sequence, try_number, at) VALUES (?,?,?,?)",
            arguments: [id.rawValue, sequence, tryNumber, now.milliseconds]
        )
        return tryNumber
    }

    /// Records how a try ended, and gives the claim back.
    ///
    /// - Parameter delivery: The try with its answer.
    /// - Returns: Whether the claim still held. When it was over, only the log is written: somebody else sends the event again.
    package func settle(
        _ claim: WebhookClaim,
        _ delivery: WebhookDelivery,
        _ progress: WebhookProgress
    ) async throws(StoreError) -> Bool {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE webhook_deliveries SET http_status = ?, error = ?, duration_ms = ?
                    WHERE webhook_id = ? AND sequence = ? AND try_number = ?
                    """,
                arguments: [
                    delivery.httpStatus, delivery.error, delivery.milliseconds, claim.webhook.id.rawValue,
                    claim.event.sequence, claim.tryNumber,
                ]
            )
            let change: String
            let arguments: StatementArguments
            switch progress {
            case .delivered:
                change = "delivered_sequence = ?, failure_count = 0"
                arguments = [claim.event.sequence]
            case .failed(let again):
                change = "next_try_at = ?, failure_count = failure_count + 1"
                arguments = [again.milliseconds]
            case .suspended(let suspension):
                change = "suspended_at = ?, suspend_reason = ?, failure_count = failure_count + 1"
                arguments = [suspension.at.milliseconds, suspension.reason]
            }
            try database.execute(
                sql: """
                    UPDATE webhooks SET claim = NULL, claimed_until = NULL, \(change) WHERE webhook_id = ? AND claim = ?
                    """,
                arguments: arguments + [claim.webhook.id.rawValue, claim.token]
            )
            return database.changesCount > 0
        }
    }

    private static let isDue = """
        suspended_at IS NULL
            AND (next_try_at <= :now OR next_try_at > :far)
            AND (claimed_until IS NULL OR claimed_until <= :now OR claimed_until > :far)
        """

    private static func moment(_ now: Instant, _ longest: Int64) -> StatementArguments {
        ["now": now.milliseconds, "far": now.milliseconds + longest]
    }
}
