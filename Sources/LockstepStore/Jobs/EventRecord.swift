internal import GRDB
internal import LockstepModel

/// An event as a row of `events`, chained to the row before it by hash.
enum EventRecord {
    /// What the first event of a project is chained to.
    static let genesis = String(repeating: "0", count: 64)

    static func append(_ events: [Event], to database: Database) throws {
        guard !events.isEmpty else { return }
        let last = try Row.fetchOne(
            try database.cachedStatement(sql: "SELECT sequence, hash FROM events ORDER BY sequence DESC LIMIT 1")
        )
        var sequence: Int64 = last?["sequence"] ?? 0
        var previous: String = last?["hash"] ?? genesis
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO events (sequence, job_id, tenant_id, from_state, to_state, event_type, actor, reason, data,
                    at, previous_hash, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)
                """
        )
        for event in events {
            sequence += 1
            let row = ChainedEvent(event, sequence: sequence, after: previous)
            try statement.execute(
                arguments: [
                    sequence, row.jobID, row.tenantID, row.fromState, row.toState, row.type, row.actor, row.reason,
                    row.data, row.at, previous, row.hash,
                ]
            )
            previous = row.hash
        }
    }

    /// The hash of the event with this sequence, chained to the previous one; ``EventHasher`` says of what.
    static func hash(of event: Event, sequence: Int64, after previous: String) -> String {
        ChainedEvent(event, sequence: sequence, after: previous).hash
    }

    static func event(from row: Row) throws -> Event {
        let from: String? = row["from_state"]
        let to: String? = row["to_state"]
        return Event(
            sequence: try row.integer("sequence"),
            jobID: JobID(try row.text("job_id")),
            tenantID: try row.text("tenant_id"),
            fromState: from.flatMap { JobState(rawValue: $0) },
            toState: to.flatMap { JobState(rawValue: $0) },
            type: try row.text("event_type"),
            actor: try row.text("actor"),
            reason: row["reason"],
            data: try row.json("data"),
            at: try row.instant("at")
        )
    }
}
