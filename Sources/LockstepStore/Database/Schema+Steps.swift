/// What lets a step be tried again, and its result be used again.
extension Schema {
    /// Attempts belong to a run of their job, whose retries are counted; and a step may wait for its next attempt.
    static let stepRetries = """
        ALTER TABLE attempts ADD COLUMN run_number INTEGER CHECK (run_number >= 0);
        ALTER TABLE steps ADD COLUMN waiting TEXT CHECK (waiting IS NULL OR json_valid(waiting));
        """

    /// What each step's result depends on, and where a result came from that was used again.
    static let stepFingerprints = """
        CREATE TABLE step_fingerprints (
            job_id TEXT NOT NULL,
            sequence_number INTEGER NOT NULL,
            tenant_id TEXT NOT NULL,
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            parts TEXT NOT NULL CHECK (json_valid(parts)),
            PRIMARY KEY (job_id, sequence_number),
            FOREIGN KEY (job_id, sequence_number) REFERENCES steps (job_id, sequence_number) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX step_fingerprints_by_digest ON step_fingerprints (tenant_id, digest, job_id);
        ALTER TABLE steps ADD COLUMN reused_from TEXT CHECK (reused_from IS NULL OR json_valid(reused_from));
        ALTER TABLE assets ADD COLUMN reused_from TEXT;
        ALTER TABLE jobs ADD COLUMN reuses_steps INTEGER NOT NULL DEFAULT 0 CHECK (reuses_steps IN (0, 1));
        """
}
