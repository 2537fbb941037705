internal import GRDB

/// The tables of a project's database, and the invariants that the database itself keeps.
enum Schema {
    /// Every migration, oldest first; a shipped one never changes.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 jobs, assets and events") { database in
            try database.execute(sql: definitions + jobs + steps + attempts + variables + assets + events)
        }
        migrator.registerMigration("2 service fields") { database in
            try database.execute(sql: serviceFields + tasks)
        }
        migrator.registerMigration("3 lists and actors") { try $0.execute(sql: listing) }
        migrator.registerMigration("4 webhooks") { try $0.execute(sql: webhooks) }
        migrator.registerMigration("6 groups and agents") { try $0.execute(sql: groupsAndAgents) }
        migrator.registerMigration("7 driven jobs") { try $0.execute(sql: drivenJobs) }
        migrator.registerMigration("8 step retries") { try $0.execute(sql: stepRetries) }
        migrator.registerMigration("8 step fingerprints") { try $0.execute(sql: stepFingerprints) }
        migrator.registerMigration("9 flow") { try $0.execute(sql: flow) }
        migrator.registerMigration("10 queue") { try $0.execute(sql: queue) }
        migrator.registerMigration("11 batches") { try $0.execute(sql: batches) }
        migrator.registerMigration("12 schedules") { try $0.execute(sql: schedules) }
        migrator.registerMigration("13 queue indexes") { try $0.execute(sql: queueIndexes) }
        return migrator
    }

    /// Immutable definitions under the SHA-256 of their canonical form.
    private static let definitions = """
        CREATE TABLE definitions (
            digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
            kind TEXT NOT NULL CHECK (kind IN ('workflow', 'tool')),
            definition_id TEXT NOT NULL,
            content TEXT NOT NULL CHECK (json_valid(content)),
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER definitions_never_change BEFORE UPDATE ON definitions
        BEGIN SELECT RAISE(ABORT, 'definitions never change'); END;

        """

    /// `status` follows from `state`; times and messages must fit it.
    private static let jobs = """
        CREATE TABLE jobs (
            job_id TEXT PRIMARY KEY,
            tenant_id TEXT NOT NULL,
            user_id TEXT NOT NULL,
            workflow_id TEXT,
            workflow_digest TEXT REFERENCES definitions (digest),
            name TEXT NOT NULL,
            description TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL CHECK (state IN
                ('draft', 'scheduled', 'queued', 'running', 'paused', 'completed', 'partial', 'failed', 'cancelled')),
            status TEXT NOT NULL GENERATED ALWAYS AS (CASE
                WHEN state IN ('draft', 'scheduled', 'queued') THEN 'PENDING'
                WHEN state IN ('running', 'paused') THEN 'RUNNING'
                WHEN state IN ('completed', 'partial') THEN 'COMPLETED'
                ELSE 'FAILED' END) STORED,
            progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
            version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            started_at INTEGER,
            completed_at INTEGER,
            input_variables TEXT NOT NULL CHECK (json_valid(input_variables)),
            input_values TEXT NOT NULL CHECK (json_valid(input_values)),
            input_errors TEXT NOT NULL CHECK (json_valid(input_errors)),
            live_output TEXT,
            output_data TEXT CHECK (output_data IS NULL OR json_valid(output_data)),
            error_message TEXT,
            error_code TEXT,
            cancel_requested_at INTEGER,
            cancel_reason TEXT,
            CHECK ((state IN ('completed', 'partial', 'failed', 'cancelled')) = (completed_at IS NOT NULL)),
            CHECK (state NOT IN ('running', 'paused', 'completed', 'partial') OR started_at IS NOT NULL),
            CHECK (state NOT IN ('failed', 'cancelled', 'partial') OR error_message IS NOT NULL),
            CHECK (state <> 'completed' OR (error_message IS NULL AND progress = 100))
        ) STRICT;
        CREATE INDEX jobs_by_tenant ON jobs (tenant_id, job_id);
        CREATE INDEX jobs_by_status ON jobs (tenant_id, status, job_id);
        CREATE INDEX jobs_by_workflow ON jobs (tenant_id, workflow_id, job_id);

        """

    /// Seed 004's fields, and what two processes need to know of each other's work on a job.
    private static let serviceFields = """
        ALTER TABLE jobs ADD COLUMN run_number INTEGER NOT NULL DEFAULT 0 CHECK (run_number >= 0);
        ALTER TABLE jobs ADD COLUMN is_driven INTEGER NOT NULL DEFAULT 0 CHECK (is_driven IN (0, 1));
        ALTER TABLE jobs ADD COLUMN assigned_agent TEXT;
        ALTER TABLE jobs ADD COLUMN delegation_chain TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(delegation_chain));
        ALTER TABLE jobs ADD COLUMN execution_context TEXT
            CHECK (execution_context IS NULL OR json_valid(execution_context));
        ALTER TABLE jobs ADD COLUMN estimated_cost TEXT;
        ALTER TABLE jobs ADD COLUMN actual_cost TEXT;
        ALTER TABLE jobs ADD COLUMN max_cost TEXT;
        ALTER TABLE jobs ADD COLUMN timeout_seconds INTEGER CHECK (timeout_seconds > 0);
        ALTER TABLE jobs ADD COLUMN plan_id TEXT;
        ALTER TABLE jobs ADD COLUMN plan_step_index INTEGER CHECK (plan_step_index >= 0);
        ALTER TABLE jobs ADD COLUMN scheduled_at INTEGER;
        ALTER TABLE jobs ADD COLUMN schedule_id TEXT;
        ALTER TABLE jobs ADD COLUMN batch_id TEXT;
        ALTER TABLE jobs ADD COLUMN context_record_id TEXT;
        ALTER TABLE jobs ADD COLUMN checkpoint_data TEXT
            CHECK (checkpoint_data IS NULL OR json_valid(checkpoint_data));
        UPDATE jobs SET run_number = 1 WHERE started_at IS NOT NULL;
        UPDATE jobs SET is_driven = 1 WHERE state = 'running';
        CREATE INDEX jobs_by_plan ON jobs (tenant_id, plan_id, plan_step_index) WHERE plan_id IS NOT NULL;

        """

    /// Tasks that jobs are linked to; a task is complete when all its links say so.
    private static let tasks = """
        CREATE TABLE tasks (
            job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
            task_id TEXT NOT NULL CHECK (task_id <> ''),
            relationship_type TEXT NOT NULL CHECK (relationship_type <> ''),
            metadata TEXT NOT NULL CHECK (json_valid(metadata)),
            linked_at INTEGER NOT NULL,
            completed_at INTEGER,
            PRIMARY KEY (job_id, task_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tasks_by_task ON tasks (task_id, job_id);

        """

    private static let steps = """
        CREATE TABLE steps (
            job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
            sequence_number INTEGER NOT NULL CHECK (sequence_number >= 0),
            step_id TEXT NOT NULL,
            status TEXT NOT NULL DEFAULT 'PENDING'
                CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'SKIPPED')),
            tool_id TEXT NOT NULL,
            tool_name TEXT NOT NULL,
            tool_digest TEXT NOT NULL REFERENCES definitions (digest),
            parameter_mappings TEXT NOT NULL CHECK (json_valid(parameter_mappings)),
            output_mappings TEXT NOT NULL CHECK (json_valid(output_mappings)),
            progress INTEGER CHECK (progress BETWEEN 0 AND 100),
            started_at INTEGER,
            completed_at INTEGER,
            output_data TEXT CHECK (output_data IS NULL OR json_valid(output_data)),
            error_message TEXT,
            error_code TEXT,
            PRIMARY KEY (job_id, sequence_number),
            UNIQUE (job_id, step_id),
            CHECK (status NOT IN ('RUNNING', 'COMPLETED') OR started_at IS NOT NULL),
            CHECK ((status IN ('COMPLETED', 'FAILED')) = (completed_at IS NOT NULL)),
            CHECK (status <> 'FAILED' OR error_message IS NOT NULL)
        ) STRICT, WITHOUT ROWID;

        """

    /// A step has at most one live attempt, whoever starts them.
    private static let attempts = """
        CREATE TABLE attempts (
            attempt_id TEXT PRIMARY KEY,
            job_id TEXT NOT NULL,
            sequence_number INTEGER NOT NULL,
            step_id TEXT NOT NULL,
            number INTEGER NOT NULL CHECK (number > 0),
            state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'lost')),
            folder TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            reason TEXT,
            exit_code INTEGER,
            signal INTEGER,
            sandbox_level TEXT NOT NULL CHECK (sandbox_level IN ('full', 'full+cgroup', 'best-effort', 'off')),
            requested TEXT NOT NULL CHECK (json_valid(requested)),
            measured TEXT NOT NULL CHECK (json_valid(measured)),
            error_message TEXT,
            UNIQUE (job_id, sequence_number, number),
            FOREIGN KEY (job_id, sequence_number) REFERENCES steps (job_id, sequence_number) ON DELETE CASCADE,
            CHECK ((state = 'running') = (ended_at IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX attempts_one_live ON attempts (job_id, sequence_number) WHERE state = 'running';

        """

    /// The values that flow between steps; `made_by` is null for inputs.
    private static let variables = """
        CREATE TABLE variables (
            job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            value TEXT NOT NULL CHECK (json_valid(value)),
            made_by TEXT,
            PRIMARY KEY (job_id, name)
        ) STRICT, WITHOUT ROWID;

        """

    private static let assets = """
        CREATE TABLE assets (
            asset_id TEXT PRIMARY KEY,
            job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
            step_id TEXT,
            attempt_id TEXT,
            user_id TEXT NOT NULL,
            tenant_id TEXT NOT NULL,
            asset_type TEXT NOT NULL,
            name TEXT NOT NULL CHECK (name <> '' AND instr(name, '/') = 0),
            output_name TEXT,
            mime_type TEXT NOT NULL,
            file_size INTEGER NOT NULL CHECK (file_size >= 0),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            storage_path TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assets_by_job ON assets (job_id, asset_id);
        CREATE INDEX assets_by_content ON assets (sha256);
        CREATE TRIGGER assets_never_change BEFORE UPDATE ON assets
        BEGIN SELECT RAISE(ABORT, 'assets never change'); END;

        """

    /// No foreign key to `jobs`: the log outlives what it speaks of.
    private static let events = """
        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id TEXT NOT NULL,
            tenant_id TEXT NOT NULL,
            from_state TEXT,
            to_state TEXT,
            event_type TEXT NOT NULL,
            actor TEXT NOT NULL,
            reason TEXT,
            data TEXT NOT NULL CHECK (json_valid(data)),
            at INTEGER NOT NULL,
            previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64),
            hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
        ) STRICT;
        CREATE INDEX events_by_job ON events (job_id, sequence);
        CREATE TRIGGER events_never_change BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events never change'); END;
        CREATE TRIGGER events_never_go BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events never change'); END;
        """
}
