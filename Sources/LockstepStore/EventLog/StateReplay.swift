internal import GRDB
internal import LockstepModel

/// Rebuilds the state of every job from the log, and compares it with the rows of `jobs`.
///
/// What it knows lives in a private temporary database on disk, so that memory does not grow with the number of jobs; the
/// jobs of the last events are kept at hand.
struct StateReplay {
    private struct Known {
        var state: String?
        var sequence: Int64
    }

    private static let atHand = 20_000

    private let scratch: Database
    private var known: [String: Known] = [:]

    init(_ scratch: Database) throws {
        self.scratch = scratch
        try scratch.execute(
            sql: """
                CREATE TABLE replayed (job_id TEXT PRIMARY KEY, state TEXT, sequence INTEGER NOT NULL) WITHOUT ROWID
                """
        )
    }

    /// The type of the event that removes a job.
    static let deletion = "job.deleted"

    /// What an event says of a job's state.
    struct Change {
        var sequence: Int64
        var jobID: String
        var from: String?
        /// Nil when the job is removed.
        var to: String?
        var type: String
    }

    mutating func take(_ event: Change, report: inout LogReport) throws {
        let before = try known[event.jobID] ?? stored(event.jobID)
        if let from = event.from, from != before?.state {
            let other = before.map { "event \($0.sequence) left it \($0.state ?? "deleted")" } ?? "nothing made it"
            report.add(
                LogFinding(
                    kind: .stateDiffers,
                    sequence: event.sequence,
                    jobID: JobID(event.jobID),
                    message:
                        "Event \(event.sequence) (\(event.type)) changes \(event.jobID) from \(from), but \(other)."
                )
            )
        }
        if known.count >= Self.atHand { try putAway() }
        known[event.jobID] = Known(state: event.type == Self.deletion ? nil : event.to, sequence: event.sequence)
    }

    /// Names every job whose row is not what the log says.
    mutating func compare(with database: Database, report: inout LogReport) throws {
        try putAway()
        let replayed = try Row.fetchCursor(scratch, sql: "SELECT job_id, state, sequence FROM replayed ORDER BY job_id")
        let jobs = try Row.fetchCursor(database, sql: "SELECT job_id, state FROM jobs ORDER BY job_id")
        var expected = try replayed.next().map(Self.entry)
        var actual = try jobs.next().map { ($0[0] as String, $0[1] as String) }
        while expected != nil || actual != nil {
            if let job = actual, expected.map({ job.0.utf8.lexicographicallyPrecedes($0.id.utf8) }) ?? true {
                report.jobCount += 1
                report.add(Self.difference(job.0, nil, "its row says \(job.1), but the log has no event that made it"))
                actual = try jobs.next().map { ($0[0] as String, $0[1] as String) }
                continue
            }
            guard let entry = expected else { break }
            let job = actual.flatMap { $0.0 == entry.id ? $0 : nil }
            if job != nil {
                report.jobCount += 1
                actual = try jobs.next().map { ($0[0] as String, $0[1] as String) }
            }
            if job?.1 != entry.state {
                let log = "event \(entry.sequence) left it \(entry.state ?? "deleted")"
                let row = job.map { "its row says \($0.1)" } ?? "it has no row"
                report.add(Self.difference(entry.id, entry.sequence, "\(row), but \(log)"))
            }
            expected = try replayed.next().map(Self.entry)
        }
    }

    private static func entry(_ row: Row) -> (id: String, state: String?, sequence: Int64) { (row[0], row[1], row[2]) }

    private static func difference(_ job: String, _ sequence: Int64?, _ text: String) -> LogFinding {
        LogFinding(
            kind: .stateDiffers,
            sequence: sequence,
            jobID: JobID(job),
            message: "The row of \(job) in `jobs` is not what the log says: \(text)."
        )
    }

    private func stored(_ job: String) throws -> Known? {
        let statement = try scratch.cachedStatement(sql: "SELECT state, sequence FROM replayed WHERE job_id = ?")
        return try Row.fetchOne(statement, arguments: [job]).map { Known(state: $0[0], sequence: $0[1]) }
    }

    private mutating func putAway() throws {
        let statement = try scratch.cachedStatement(
            sql: "INSERT OR REPLACE INTO replayed (job_id, state, sequence) VALUES (?,?,?)"
        )
        try scratch.inTransaction {
            for (job, entry) in known.sorted(by: { $0.key < $1.key }) {
                try statement.execute(arguments: [job, entry.state, entry.sequence])
            }
            return .commit
        }
        known.removeAll(keepingCapacity: true)
    }
}
