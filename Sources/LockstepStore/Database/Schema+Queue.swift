extension Schema {
    /// Jobs that wait for a worker of the service, the oldest first.
    static let queue = """
        ALTER TABLE jobs ADD COLUMN enqueued_at INTEGER;
        CREATE INDEX jobs_enqueued ON jobs (enqueued_at, job_id) WHERE state = 'queued' AND enqueued_at IS NOT NULL;
        """
}
