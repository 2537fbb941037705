internal import GRDB
package import LockstepModel

/// Which events a page holds.
package struct EventSelection: Sendable, Hashable {
    /// Nil for those of all tenants.
    package var tenant: String?
    package var job: JobID?
    /// Only events of these types; all when it is empty.
    package var types: [String]
    /// Only events of jobs that this one made or is assigned to.
    package var owner: String?

    package init(tenant: String?, job: JobID? = nil, types: [String] = [], owner: String? = nil) {
        self.tenant = tenant
        self.job = job
        self.types = types
        self.owner = owner
    }
}

/// Some events in order, and where the next page begins.
package struct EventPage: Sendable, Hashable {
    package var events: [Event]
    /// Nothing up to this sequence number is missing from the page: the next one begins after it.
    package var position: Int64
}

extension EventLog {
    /// The next events after a sequence number, oldest first.
    ///
    /// SQLite lets one writer commit at a time, and each takes the next number, so that no event ever appears below one
    /// that was read.
    package func page(_ selection: EventSelection, after sequence: Int64, limit: Int) async throws(StoreError)
        -> EventPage
    {
        try await database.read { database in
            let events = try Self.events(selection, after: sequence, limit: limit, database)
            if events.count == limit { return EventPage(events: events, position: events.last?.sequence ?? sequence) }
            return EventPage(events: events, position: max(sequence, try Self.lastSequence(database)))
        }
    }

    static func lastSequence(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM events") ?? 0
    }

    /// - Parameter last: Only events up to this sequence number.
    static func events(
        _ selection: EventSelection,
        after sequence: Int64,
        through last: Int64 = .max,
        limit: Int,
        _ database: Database
    ) throws -> [Event] {
        var conditions = SQLConditions()
        conditions.add("sequence > ?", [sequence])
        if last < .max { conditions.add("sequence <= ?", [last]) }
        // The plus keeps SQLite from taking an index that leaves more events, or gives them in another order.
        let isByType = selection.job == nil && selection.types.count == 1
        if let tenant = selection.tenant { conditions.add((isByType ? "" : "+") + "tenant_id = ?", [tenant]) }
        if !selection.types.isEmpty { conditions.add((isByType ? "" : "+") + "event_type", in: selection.types) }
        if let job = selection.job { conditions.add("job_id = ?", [job.rawValue]) }
        if let owner = selection.owner {
            conditions.add(
                """
                EXISTS (SELECT 1 FROM jobs j WHERE j.job_id = events.job_id
                    AND (j.user_id = ? OR j.assigned_agent = ?))
                """,
                [owner, owner]
            )
        }
        return try Row.fetchAll(
            database,
            sql: "SELECT * FROM events WHERE \(conditions.sql) ORDER BY sequence LIMIT ?",
            arguments: conditions.arguments + [limit]
        ).map { try EventRecord.event(from: $0) }
    }
}
