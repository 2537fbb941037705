/// What lets a step be tried again, and its result be used again.
extension Schema {
    /// Attempts belong to a run of their job, whose retries are counted; and a step may wait for its next attempt.
    static let stepRetries = """
        ALTER TABLE attempts ADD COLUMN run_number INTEGER CHECK (run_number >= 0);
        ALTER TABLE steps ADD COLUMN waiting TEXT CHECK (waiting IS NULL OR json_valid(waiting));
        """
}
