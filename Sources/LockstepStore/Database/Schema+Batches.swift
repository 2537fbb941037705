extension Schema {
    /// Batches and their rows; how a row's job stands is said by the job alone.
    static let batches = """
        CREATE TABLE batches (
            batch_id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL,
            user_id TEXT NOT NULL,
            name TEXT NOT NULL,
            workflow_id TEXT NOT NULL,
            workflow_digest TEXT NOT NULL REFERENCES definitions (digest),
            pins TEXT NOT NULL CHECK (json_valid(pins)),
            source TEXT NOT NULL CHECK (json_valid(source)),
            state TEXT NOT NULL CHECK (state IN
                ('preparing', 'queued', 'running', 'completed', 'partial', 'failed', 'cancelled')),
            max_parallel INTEGER NOT NULL CHECK (max_parallel > 0),
            sandbox_level TEXT NOT NULL CHECK (sandbox_level IN ('full', 'full+cgroup', 'best-effort', 'off')),
            reuses_steps INTEGER NOT NULL CHECK (reuses_steps IN (0, 1)),
            total INTEGER NOT NULL CHECK (total >= 0),
            invalid INTEGER NOT NULL CHECK (invalid >= 0),
            version INTEGER NOT NULL CHECK (version > 0),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            started_at INTEGER,
            completed_at INTEGER,
            enqueued_at INTEGER,
            cancel_requested_at INTEGER,
            cancel_reason TEXT,
            schedule_id TEXT,
            CHECK ((state IN ('completed', 'partial', 'failed', 'cancelled')) = (completed_at IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX batches_by_tenant ON batches (tenant_id, batch_id);
        CREATE INDEX batches_open ON batches (state, batch_id) WHERE state IN ('preparing', 'queued', 'running');

        CREATE TABLE batch_rows (
            batch_id TEXT NOT NULL REFERENCES batches (batch_id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number > 0),
            line INTEGER CHECK (line > 0),
            name TEXT,
            inputs TEXT NOT NULL CHECK (json_valid(inputs)),
            job_id TEXT UNIQUE,
            problem TEXT,
            PRIMARY KEY (batch_id, number),
            CHECK (job_id IS NULL OR problem IS NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX batch_rows_pending ON batch_rows (batch_id, number) WHERE job_id IS NULL AND problem IS NULL;
        CREATE TRIGGER batch_rows_have_one_job BEFORE UPDATE OF job_id ON batch_rows
            WHEN old.job_id IS NOT NULL AND new.job_id IS NOT old.job_id
        BEGIN SELECT RAISE(ABORT, 'a row has one job'); END;
        """
}
