package import LockstepModel
internal import LockstepStore

/// Which jobs a list shows; everything that is given must be true.
package struct JobFilter: Sendable, Hashable {
    package var workflow: WorkflowID?
    package var status: JobStatus?
    package var state: JobState?
    /// Anyone who appears in the job's log.
    package var actor: String?
    /// The actor's own when nil; another one's only for the system's actors.
    package var tenant: String?
    package var batch: String?
    package var schedule: String?
    package var plan: String?
    package var createdAfter: Instant?
    package var updatedBefore: Instant?
    /// A part of the name or the description, at least three characters; ASCII letters in either case.
    package var text: String?
    /// 1 to 500.
    package var limit: Int
    /// ``JobPage/nextCursor`` of the page before.
    package var cursor: String?

    package init(workflow: WorkflowID? = nil, status: JobStatus? = nil, limit: Int = 50, cursor: String? = nil) {
        self.workflow = workflow
        self.status = status
        self.limit = limit
        self.cursor = cursor
    }

    /// The question to the store: one job more than a page, to know whether there is a next one.
    func query(tenant: String) throws(JobError) -> JobQuery {
        guard (1...500).contains(limit) else {
            throw JobError(.usage, "A page holds 1 to 500 jobs; \(limit) were asked for.")
        }
        if let text, text.unicodeScalars.count < 3 || text.contains("\0") {
            throw JobError(.usage, "\"\(text)\" is too short to look for in names; give at least 3 characters of it.")
        }
        var query = JobQuery(tenant: tenant, limit: limit + 1)
        query.workflow = workflow
        query.status = status
        query.state = state
        query.actor = actor
        query.batch = batch
        query.schedule = schedule
        query.plan = plan
        query.createdAfter = createdAfter
        query.updatedBefore = updatedBefore
        query.text = text
        query.before = cursor.map { JobID($0) }
        return query
    }
}

/// Some jobs, newest first, and where the next page begins.
package struct JobPage: Sendable {
    package var jobs: [Job]
    /// Nil when there are no older jobs.
    package var nextCursor: String?
}
