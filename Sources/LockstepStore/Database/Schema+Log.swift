/// What makes every filter of a list quick, kept up to date by the database itself.
extension Schema {
    static let listing = jobIndexes + jobActors + jobText

    /// A list goes from the newest job to the oldest, so every index ends with the job.
    private static let jobIndexes = """
        CREATE INDEX jobs_by_state ON jobs (tenant_id, state, job_id);
        CREATE INDEX jobs_by_workflow_state ON jobs (tenant_id, workflow_id, state, job_id);
        CREATE INDEX jobs_by_update ON jobs (tenant_id, updated_at, job_id);
        CREATE INDEX events_by_type ON events (tenant_id, event_type, sequence);

        """

    /// Who appears in a job's log, with what a list may filter by at the same time.
    private static let jobActors = """
        CREATE TABLE job_actors (
            job_id TEXT NOT NULL,
            actor TEXT NOT NULL,
            tenant_id TEXT NOT NULL,
            workflow_id TEXT,
            state TEXT NOT NULL,
            PRIMARY KEY (job_id, actor)
        ) STRICT, WITHOUT ROWID;
        INSERT OR IGNORE INTO job_actors (job_id, actor, tenant_id, workflow_id, state)
            SELECT job_id, actor, jobs.tenant_id, workflow_id, state FROM events JOIN jobs USING (job_id);
        CREATE INDEX job_actors_by_actor ON job_actors (tenant_id, actor, job_id);
        CREATE INDEX job_actors_by_state ON job_actors (tenant_id, actor, state, job_id);
        CREATE INDEX job_actors_by_workflow ON job_actors (tenant_id, actor, workflow_id, job_id);
        CREATE TRIGGER events_note_actors AFTER INSERT ON events
        BEGIN
            INSERT OR IGNORE INTO job_actors (job_id, actor, tenant_id, workflow_id, state)
                SELECT job_id, new.actor, tenant_id, workflow_id, state FROM jobs WHERE job_id = new.job_id;
        END;
        CREATE TRIGGER jobs_note_state AFTER UPDATE OF state ON jobs WHEN new.state <> old.state
        BEGIN UPDATE job_actors SET state = new.state WHERE job_id = new.job_id; END;
        CREATE TRIGGER jobs_forget_actors AFTER DELETE ON jobs
        BEGIN DELETE FROM job_actors WHERE job_id = old.job_id; END;

        """

    /// Every three characters in a row of a job's name and description; the key grows with every new job.
    private static let jobText = """
        CREATE TABLE job_text_keys (key INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL UNIQUE) STRICT;
        CREATE VIRTUAL TABLE job_text USING fts5 (content, tokenize = 'trigram', content = '', detail = 'none');
        INSERT INTO job_text_keys (job_id) SELECT job_id FROM jobs ORDER BY job_id;
        INSERT INTO job_text (rowid, content)
            SELECT key, name || char(10) || description FROM job_text_keys JOIN jobs USING (job_id) ORDER BY key;
        CREATE TRIGGER jobs_note_text AFTER INSERT ON jobs
        BEGIN
            INSERT INTO job_text_keys (job_id) VALUES (new.job_id);
            INSERT INTO job_text (rowid, content)
                SELECT key, new.name || char(10) || new.description FROM job_text_keys WHERE job_id = new.job_id;
        END;
        CREATE TRIGGER jobs_change_text AFTER UPDATE OF name, description ON jobs
            WHEN new.name <> old.name OR new.description <> old.description
        BEGIN
            INSERT INTO job_text (job_text, rowid, content)
                SELECT 'delete', key, old.name || char(10) || old.description FROM job_text_keys WHERE job_id = old.job_id;
            INSERT INTO job_text (rowid, content)
                SELECT key, new.name || char(10) || new.description FROM job_text_keys WHERE job_id = old.job_id;
        END;
        CREATE TRIGGER jobs_forget_text AFTER DELETE ON jobs
        BEGIN
            INSERT INTO job_text (job_text, rowid, content)
                SELECT 'delete', key, old.name || char(10) || old.description FROM job_text_keys WHERE job_id = old.job_id;
            DELETE FROM job_text_keys WHERE job_id = old.job_id;
        END;
        """

    /// Jobs of a plan, a batch or a schedule from the newest to the oldest; and who is assigned to a job appears in its log.
    static let groupsAndAgents = """
        CREATE INDEX jobs_by_plan_id ON jobs (tenant_id, plan_id, job_id) WHERE plan_id IS NOT NULL;
        CREATE INDEX jobs_by_batch ON jobs (tenant_id, batch_id, job_id) WHERE batch_id IS NOT NULL;
        CREATE INDEX jobs_by_schedule ON jobs (tenant_id, schedule_id, job_id) WHERE schedule_id IS NOT NULL;
        INSERT OR IGNORE INTO job_actors (job_id, actor, tenant_id, workflow_id, state)
            SELECT job_id, assigned_agent, tenant_id, workflow_id, state FROM jobs WHERE assigned_agent IS NOT NULL;
        CREATE TRIGGER jobs_note_first_agent AFTER INSERT ON jobs WHEN new.assigned_agent IS NOT NULL
        BEGIN
            INSERT OR IGNORE INTO job_actors (job_id, actor, tenant_id, workflow_id, state)
                VALUES (new.job_id, new.assigned_agent, new.tenant_id, new.workflow_id, new.state);
        END;
        CREATE TRIGGER jobs_note_agent AFTER UPDATE OF assigned_agent ON jobs
            WHEN new.assigned_agent IS NOT NULL AND new.assigned_agent IS NOT old.assigned_agent
        BEGIN
            INSERT OR IGNORE INTO job_actors (job_id, actor, tenant_id, workflow_id, state)
                VALUES (new.job_id, new.assigned_agent, new.tenant_id, new.workflow_id, new.state);
        END;
        """

    /// The few jobs that a runner holds, or held when it died: every starting runner looks at them.
    static let drivenJobs = """
        CREATE INDEX jobs_driven ON jobs (job_id) WHERE is_driven = 1;
        """
}
