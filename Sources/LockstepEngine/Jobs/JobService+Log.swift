package import LockstepModel
package import LockstepStore

/// Which events of the whole log a list shows.
package struct EventFilter: Sendable, Hashable {
    package var job: JobID?
    /// `job.failed`, `step.started`, …
    package var type: String?
    /// Only events after this sequence number.
    package var after: Int64
    /// 1 to 500.
    package var limit: Int

    package init(job: JobID? = nil, type: String? = nil, after: Int64 = 0, limit: Int = 50) {
        self.job = job
        self.type = type
        self.after = after
        self.limit = limit
    }
}

extension JobService {
    private var log: EventLog { EventLog(context.store) }

    /// Events of the actor's tenant, oldest first.
    package func listEvents(_ filter: EventFilter, as actor: Actor) async throws(JobError) -> [Event] {
        try actor.require(.listEvents)
        guard (1...500).contains(filter.limit) else {
            throw JobError(.usage, "A page holds 1 to 500 events; \(filter.limit) were asked for.")
        }
        return try await stored { () async throws(StoreError) in
            try await log.events(
                tenant: actor.tenantID,
                job: filter.job,
                type: filter.type,
                visibleTo: context.ownerOnly(actor, in: actor.tenantID),
                after: filter.after,
                limit: filter.limit
            )
        }
    }

    /// The sequence of the project's newest event; 0 when there is none.
    package func lastEvent() async throws(JobError) -> Int64 {
        try await stored { () async throws(StoreError) in try await log.lastSequence() }
    }

    /// Checks the whole log of the project against its hashes and against the jobs, whoever they belong to.
    ///
    /// - Throws: `PERMISSION_DENIED` without `job:admin`: the log tells of every tenant.
    package func verifyEvents(as actor: Actor) async throws(JobError) -> LogReport {
        try actor.require(.verifyEvents)
        return try await stored { () async throws(StoreError) in try await log.verify() }
    }
}
