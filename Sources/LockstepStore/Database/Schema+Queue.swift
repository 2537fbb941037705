extension Schema {
    /// Jobs that wait for a worker of the service, the oldest first.
    static let queue = """
        ALTER TABLE jobs ADD COLUMN enqueued_at INTEGER;
        CREATE INDEX jobs_enqueued ON jobs (enqueued_at, job_id) WHERE state = 'queued' AND enqueued_at IS NOT NULL;
        """

    /// What the workers look for whenever one is free; nothing that has ended is read for it. The indexes that go were of no use.
    static let queueIndexes = """
        CREATE INDEX jobs_waiting ON jobs (tenant_id, enqueued_at, job_id)
            WHERE state = 'queued' AND enqueued_at IS NOT NULL;
        CREATE INDEX batches_waiting ON batches (enqueued_at, batch_id)
            WHERE completed_at IS NULL AND enqueued_at IS NOT NULL;
        CREATE INDEX batches_preparing ON batches (batch_id) WHERE state = 'preparing';
        DROP INDEX jobs_enqueued;
        DROP INDEX batches_open;
        DROP INDEX batch_rows_pending;
        """
}
