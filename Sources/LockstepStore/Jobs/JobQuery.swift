package import LockstepModel

/// Which jobs of a tenant a page holds; everything that is given must be true.
package struct JobQuery: Sendable, Hashable {
    package var tenant: String
    package var workflow: WorkflowID?
    package var status: JobStatus?
    package var state: JobState?
    /// Anyone who appears in the job's log.
    package var actor: String?
    package var batch: String?
    package var schedule: String?
    package var plan: String?
    /// Only jobs that this one made or is assigned to.
    package var visibleTo: String?
    package var createdAfter: Instant?
    package var updatedBefore: Instant?
    /// A part of the name or the description, at least three characters; ASCII letters in either case.
    package var text: String?
    /// The last job of the page before.
    package var before: JobID?
    package var limit: Int

    package init(tenant: String, limit: Int) {
        self.tenant = tenant
        self.limit = limit
    }

    /// The states that a job may be in; nil when any will do, empty when none can.
    var states: [JobState]? {
        guard status != nil || state != nil else { return nil }
        return JobState.allCases.filter { (state ?? $0) == $0 && (status ?? $0.status) == $0.status }
    }
}
