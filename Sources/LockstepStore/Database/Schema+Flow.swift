extension Schema {
    /// Called workflows, steps of `finally` and items of `for_each`, which are steps with large sequence numbers.
    static let flow = """
        ALTER TABLE steps ADD COLUMN is_final INTEGER NOT NULL DEFAULT 0 CHECK (is_final IN (0, 1));
        ALTER TABLE steps ADD COLUMN calls_workflow INTEGER NOT NULL DEFAULT 0 CHECK (calls_workflow IN (0, 1));
        ALTER TABLE steps ADD COLUMN child_job_id TEXT;
        ALTER TABLE steps ADD COLUMN items TEXT CHECK (items IS NULL OR json_valid(items));
        ALTER TABLE jobs ADD COLUMN parent_job_id TEXT;
        ALTER TABLE jobs ADD COLUMN parent_step_id TEXT;
        ALTER TABLE jobs ADD COLUMN ending TEXT CHECK (ending IS NULL OR json_valid(ending));
        ALTER TABLE jobs ADD COLUMN pins TEXT CHECK (pins IS NULL OR json_valid(pins));
        CREATE INDEX jobs_by_parent ON jobs (parent_job_id) WHERE parent_job_id IS NOT NULL;

        """
}
