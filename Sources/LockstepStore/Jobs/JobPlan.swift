internal import GRDB
internal import LockstepModel

/// How a ``JobQuery`` is answered: one index gives the ids in order, the rest is looked at in the job's row.
///
/// The index is the one that leaves the fewest jobs. Where that cannot be told from the filters alone, as with a text, at
/// most `probe` entries of it are counted first.
struct JobPlan {
    /// An id is made from the clock a moment after the job's own times were taken.
    private static let slack: Int64 = 60_000

    private let query: JobQuery
    private let probe: Int

    /// - Parameter probe: An index with fewer entries than this is read whole when need be.
    init(_ query: JobQuery, probe: Int = 4000) {
        self.query = query
        self.probe = probe
    }

    /// The ids of the page, newest first.
    func ids(_ database: Database) throws -> [String] {
        if query.states?.isEmpty == true { return [] }
        if let text = query.text, try isTextBest(text, database) { return try byText(text, database) }
        if query.text == nil, let instant = query.updatedBefore {
            let count = try count(
                "SELECT 1 FROM jobs INDEXED BY jobs_by_update WHERE tenant_id = ? AND updated_at < ?",
                [query.tenant, instant.milliseconds],
                database
            )
            if count < probe { return try byUpdate(instant, database) }
        }
        return try byIndex(database)
    }

    private func isTextBest(_ text: String, _ database: Database) throws -> Bool {
        guard group != nil || query.workflow != nil || actor != nil || query.states != nil else { return true }
        let match = "SELECT 1 FROM job_text WHERE job_text MATCH ?"
        if try count(match, [Self.trigrams(text)], database) < probe { return true }
        var others = SQLConditions()
        addPlace(to: &others)
        if group == nil, let states = query.states { others.add("i.state", in: states.map(\.rawValue)) }
        return try count("SELECT 1 FROM \(table) i WHERE \(others.sql)", others.arguments, database) >= probe
    }

    private func count(_ sql: String, _ arguments: StatementArguments, _ database: Database) throws -> Int {
        try Int.fetchOne(
            database,
            sql: "SELECT count(*) FROM (\(sql) LIMIT \(probe))",
            arguments: arguments
        ) ?? 0
    }

    private func byText(_ text: String, _ database: Database) throws -> [String] {
        var conditions = SQLConditions()
        conditions.add("job_text MATCH ?", [Self.trigrams(text)])
        if let before = query.before {
            // The job itself may be gone by now; then the page begins below the next older one that is there.
            conditions.add(
                """
                job_text.rowid < coalesce(
                    (SELECT key FROM job_text_keys WHERE job_id = ?),
                    (SELECT key + 1 FROM job_text_keys WHERE job_id < ? ORDER BY job_id DESC LIMIT 1), 0)
                """,
                [before.rawValue, before.rawValue]
            )
        }
        if let lowest = lowestID {
            conditions.add(
                """
                job_text.rowid >= coalesce(
                    (SELECT key FROM job_text_keys WHERE job_id >= ? ORDER BY job_id LIMIT 1), 9223372036854775807)
                """,
                [lowest]
            )
        }
        if let instant = query.updatedBefore {
            // Younger jobs are passed over by their ids, before their rows are looked for.
            conditions.add("k.job_id < ?", [Self.lowestID(instant.milliseconds + Self.slack)])
        }
        conditions.add("j.tenant_id = ?", [query.tenant])
        addRest(to: &conditions, isFromIndex: false)
        return try String.fetchAll(
            database,
            sql: """
                SELECT j.job_id FROM job_text CROSS JOIN job_text_keys k ON k.key = job_text.rowid
                    CROSS JOIN jobs j ON j.job_id = k.job_id
                WHERE \(conditions.sql) ORDER BY job_text.rowid DESC LIMIT ?
                """,
            arguments: conditions.arguments + [query.limit]
        )
    }

    private func byUpdate(_ instant: Instant, _ database: Database) throws -> [String] {
        var conditions = SQLConditions()
        conditions.add("j.tenant_id = ?", [query.tenant])
        addRange(to: &conditions, "j")
        addRest(to: &conditions, isFromIndex: false)
        return try String.fetchAll(
            database,
            sql: """
                SELECT j.job_id FROM jobs j INDEXED BY jobs_by_update WHERE \(conditions.sql)
                ORDER BY j.job_id DESC LIMIT ?
                """,
            arguments: conditions.arguments + [query.limit]
        )
    }

    /// One arm a state, so that each is read in order; at most the page's number of ids come from each.
    private func byIndex(_ database: Database) throws -> [String] {
        var arms: [String] = []
        var arguments: StatementArguments = []
        for state in group == nil ? query.states?.map({ $0 }) ?? [nil] : [nil] {
            var conditions = SQLConditions()
            addPlace(to: &conditions)
            if let state { conditions.add("i.state = ?", [state.rawValue]) }
            addRange(to: &conditions, "i")
            addRest(to: &conditions, isFromIndex: true)
            let index = group?.index ?? (actor == nil ? jobIndex(state) : actorIndex(state))
            let join = needsRow ? "CROSS JOIN jobs j ON j.job_id = i.job_id" : ""
            arms.append(
                """
                SELECT * FROM (SELECT i.job_id FROM \(table) i INDEXED BY \(index) \(join)
                    WHERE \(conditions.sql) ORDER BY i.job_id DESC LIMIT ?)
                """
            )
            arguments += conditions.arguments + [query.limit]
        }
        return try String.fetchAll(
            database,
            sql: "SELECT job_id FROM (\(arms.joined(separator: " UNION ALL "))) ORDER BY job_id DESC LIMIT ?",
            arguments: arguments + [query.limit]
        )
    }

    private func jobIndex(_ state: JobState?) -> String {
        switch (query.workflow, state) {
        case (nil, nil): "jobs_by_tenant"
        case (nil, _): "jobs_by_state"
        case (_, nil): "jobs_by_workflow"
        default: "jobs_by_workflow_state"
        }
    }

    private func actorIndex(_ state: JobState?) -> String {
        if state != nil { return "job_actors_by_state" }
        return query.workflow == nil ? "job_actors_by_actor" : "job_actors_by_workflow"
    }

    /// What has an index of its own that leaves few jobs: a plan, a batch or a schedule.
    private var group: (column: String, value: String, index: String)? { groups.first }

    private var groups: [(column: String, value: String, index: String)] {
        [
            ("plan_id", query.plan, "jobs_by_plan_id"), ("batch_id", query.batch, "jobs_by_batch"),
            ("schedule_id", query.schedule, "jobs_by_schedule"),
        ].compactMap { column, value, index in value.map { (column, $0, index) } }
    }

    /// Whose entries in the log's index of actors are read; whoever may see only their own jobs appears in their logs.
    private var actor: String? { query.actor ?? query.visibleTo }

    private var table: String { group == nil && actor != nil ? "job_actors" : "jobs" }

    /// Tenant and group, or tenant, workflow and actor, as columns of the index.
    private func addPlace(to conditions: inout SQLConditions) {
        conditions.add("i.tenant_id = ?", [query.tenant])
        if let group {
            conditions.add("i.\(group.column) = ?", [group.value])
            return
        }
        if let actor { conditions.add("i.actor = ?", [actor]) }
        if let workflow = query.workflow { conditions.add("i.workflow_id = ?", [workflow.rawValue]) }
    }

    /// The part of all jobs that the cursor and the times leave; an id begins with the time at which it was made.
    private func addRange(to conditions: inout SQLConditions, _ alias: String) {
        if let before = query.before { conditions.add("\(alias).job_id < ?", [before.rawValue]) }
        if let lowest = lowestID { conditions.add("\(alias).job_id >= ?", [lowest]) }
        if let instant = query.updatedBefore {
            conditions.add("\(alias).job_id < ?", [Self.lowestID(instant.milliseconds + Self.slack)])
        }
    }

    private var needsRow: Bool {
        let isRowAsked =
            query.createdAfter != nil || query.updatedBefore != nil || query.text != nil || query.visibleTo != nil
        let isMoreThanGroup =
            groups.count > 1 || query.workflow != nil || query.actor != nil || query.states != nil
        return isRowAsked || group != nil && isMoreThanGroup
    }

    /// What the job's row must say beside what the index says.
    ///
    /// - Parameter isFromIndex: Whether an index has taken care of the group, or else of workflow, state and actor.
    private func addRest(to conditions: inout SQLConditions, isFromIndex: Bool) {
        if let instant = query.createdAfter { conditions.add("j.created_at > ?", [instant.milliseconds]) }
        if let instant = query.updatedBefore { conditions.add("j.updated_at < ?", [instant.milliseconds]) }
        if let text = query.text {
            let pattern = "%" + text.map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "%"
            conditions.add(
                "(j.name LIKE ? ESCAPE '\\' OR j.description LIKE ? ESCAPE '\\')",
                [pattern, pattern]
            )
        }
        if let owner = query.visibleTo {
            conditions.add("(j.user_id = ? OR j.assigned_agent = ?)", [owner, owner])
        }
        for group in groups.dropFirst(isFromIndex ? 1 : 0) {
            conditions.add("j.\(group.column) = ?", [group.value])
        }
        guard !isFromIndex || group != nil else { return }
        if let workflow = query.workflow { conditions.add("j.workflow_id = ?", [workflow.rawValue]) }
        if let states = query.states { conditions.add("j.state", in: states.map(\.rawValue)) }
        if let actor = query.actor {
            conditions.add("EXISTS (SELECT 1 FROM job_actors a WHERE a.job_id = j.job_id AND a.actor = ?)", [actor])
        }
    }

    private var lowestID: String? { query.createdAfter.map { Self.lowestID($0.milliseconds) } }

    private static func lowestID(_ milliseconds: Int64) -> String {
        JobNoun.prefix + ULID.timePrefix(at: Instant(milliseconds: milliseconds))
    }

    /// Every three characters in a row of a text, as the full-text index wants them; what follows the first 32 is compared
    /// in the row.
    static func trigrams(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        let parts = (0..<max(0, min(32, scalars.count - 2))).map { start in
            let part = String(String.UnicodeScalarView(scalars[start..<start + 3]))
            return "\"" + part.replacing("\"", with: "\"\"") + "\""
        }
        return parts.joined(separator: " ")
    }
}
