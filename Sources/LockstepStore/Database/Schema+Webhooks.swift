/// Where events are sent to, and every try to do so.
extension Schema {
    /// No secret stands here: it lies in a file of its own.
    ///
    /// A claim says who is at work on the webhook, and until when; one sender at a time keeps the events in order.
    static let webhooks = """
        CREATE TABLE webhooks (
            webhook_id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL,
            url TEXT NOT NULL CHECK (url LIKE 'http://%' OR url LIKE 'https://%'),
            event_types TEXT NOT NULL CHECK (json_valid(event_types)),
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            delivered_sequence INTEGER NOT NULL CHECK (delivered_sequence >= 0),
            failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
            next_try_at INTEGER NOT NULL,
            suspended_at INTEGER,
            suspend_reason TEXT,
            claim TEXT,
            claimed_until INTEGER,
            CHECK ((suspended_at IS NULL) = (suspend_reason IS NULL)),
            CHECK ((claim IS NULL) = (claimed_until IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, webhook_id);
        CREATE TRIGGER webhooks_never_go_back BEFORE UPDATE OF delivered_sequence ON webhooks
            WHEN new.delivered_sequence < old.delivered_sequence
        BEGIN SELECT RAISE(ABORT, 'a webhook never goes back'); END;
        CREATE TABLE webhook_deliveries (
            webhook_id TEXT NOT NULL REFERENCES webhooks (webhook_id) ON DELETE CASCADE,
            sequence INTEGER NOT NULL,
            try_number INTEGER NOT NULL CHECK (try_number > 0),
            at INTEGER NOT NULL,
            http_status INTEGER,
            error TEXT,
            duration_ms INTEGER CHECK (duration_ms >= 0),
            PRIMARY KEY (webhook_id, sequence, try_number)
        ) STRICT, WITHOUT ROWID;
        """
}
