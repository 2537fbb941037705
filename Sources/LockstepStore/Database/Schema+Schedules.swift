extension Schema {
    static let schedules = scheduleTable + occurrences + scheduledJobs

    /// A schedule that was removed stays, ended, for the sake of its occurrences; its definition is the one it had last.
    private static let scheduleTable = """
        CREATE TABLE schedules (
            schedule_id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL,
            workflow_id TEXT NOT NULL,
            definition TEXT NOT NULL CHECK (json_valid(definition)),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            origin TEXT NOT NULL CHECK (origin IN ('file', 'command')),
            created_by TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            revision INTEGER NOT NULL CHECK (revision > 0),
            cursor INTEGER NOT NULL,
            next_due_at INTEGER,
            pauses TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(pauses)),
            ended_at INTEGER,
            problem TEXT,
            CHECK (ended_at IS NULL OR next_due_at IS NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX schedules_due ON schedules (next_due_at, schedule_id) WHERE next_due_at IS NOT NULL;
        CREATE INDEX schedules_by_tenant ON schedules (tenant_id, schedule_id);

        """

    /// The ledger: one row a nominal time, for ever; only one that waits may become something else, once.
    private static let occurrences = """
        CREATE TABLE occurrences (
            schedule_id TEXT NOT NULL REFERENCES schedules (schedule_id),
            nominal_at INTEGER NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('fired', 'skipped', 'missed', 'coalesced', 'queued')),
            reason TEXT,
            job_id TEXT,
            batch_id TEXT,
            decided_at INTEGER NOT NULL,
            requested_by TEXT,
            PRIMARY KEY (schedule_id, nominal_at),
            CHECK (outcome = 'fired' OR reason IS NOT NULL),
            CHECK ((outcome = 'fired') = ((job_id IS NULL) <> (batch_id IS NULL))),
            CHECK (job_id IS NULL OR batch_id IS NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX occurrences_waiting ON occurrences (schedule_id, nominal_at) WHERE outcome = 'queued';
        CREATE TRIGGER occurrences_settle_once BEFORE UPDATE ON occurrences
            WHEN old.outcome <> 'queued' OR new.outcome NOT IN ('fired', 'missed', 'skipped')
                OR new.schedule_id <> old.schedule_id OR new.nominal_at <> old.nominal_at
        BEGIN SELECT RAISE(ABORT, 'an occurrence is decided once'); END;
        CREATE TRIGGER occurrences_never_go BEFORE DELETE ON occurrences
        BEGIN SELECT RAISE(ABORT, 'the ledger keeps every occurrence'); END;

        """

    /// Jobs and batches of a schedule that have not ended, and jobs that wait for their time.
    private static let scheduledJobs = """
        CREATE INDEX jobs_active_by_schedule ON jobs (schedule_id, job_id)
            WHERE schedule_id IS NOT NULL AND batch_id IS NULL AND completed_at IS NULL;
        CREATE INDEX batches_active_by_schedule ON batches (schedule_id, batch_id)
            WHERE schedule_id IS NOT NULL AND completed_at IS NULL;
        CREATE INDEX jobs_scheduled ON jobs (scheduled_at, job_id) WHERE state = 'scheduled';

        """
}
