import GRDB
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

struct EventLogTests {
    private let folder: TemporaryFolder
    private let path: String
    private let database: StateDatabase
    private let now = Instant(milliseconds: 1_700_000_000_000)

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("lockstep.sqlite")
        database = try StateDatabase(path: path)
    }

    private func job(_ id: String, _ state: JobState) -> Job {
        Job(
            id: JobID(id),
            workflowID: nil,
            workflowDigest: nil,
            tenantID: "default",
            userID: "ann",
            name: "a name",
            description: "",
            state: state,
            createdAt: now,
            updatedAt: now
        )
    }

    private func event(_ job: Job, _ type: String, from: JobState? = nil, to: JobState? = nil) -> Event {
        Event(
            jobID: job.id,
            tenantID: "default",
            fromState: from,
            toState: to,
            type: type,
            actor: "ann",
            data: ["note": .string("for \(job.id)")],
            at: now
        )
    }

    /// Twelve jobs of four events each: made, named, running, done with a step.
    private func fill() async throws {
        let store = JobStore(database, blobs: try BlobStore(root: folder.path("assets")))
        for index in 10..<22 {
            var job = job("job_\(index)", .queued)
            let created = event(job, "job.created", to: .queued)
            let named = event(job, "job.named")
            try await store.insert(JobCreation(job: job, definitions: [], assets: [], events: [created, named]))
            job.state = .running
            job.startedAt = now
            job.version = 2
            var change = JobChange(job.id)
            change.job = job
            change.events = [event(job, "job.started", from: .queued, to: .running), event(job, "step.finished")]
            try await store.apply(change)
        }
    }

    /// Does what somebody could do who has the file and SQLite: without the triggers, then with them again.
    private func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            let triggers = try String.fetchAll(
                database,
                sql: "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
            )
            for name in ["events_never_change", "events_never_go"] { try database.execute(sql: "DROP TRIGGER \(name)") }
            try database.execute(sql: sql)
            for trigger in triggers where trigger.contains("events_never") { try database.execute(sql: trigger) }
        }
        try queue.close()
    }

    private func findings() async throws -> [String] {
        try await EventLog(database).verify().findings.map { "\($0.kind.rawValue) \($0.sequence ?? 0)" }
    }

    @Test func `a log that nobody touched is sound`() async throws {
        try await fill()
        let report = try await EventLog(database).verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.eventCount == 48)
        #expect(report.jobCount == 12)
    }

    @Test func `the log of a new project is sound`() async throws {
        #expect(try await EventLog(database).verify().isSound)
    }

    @Test(arguments: [
        ("actor", "'eve'"), ("data", "'{}'"), ("at", "at + 1"), ("job_id", "'job_11'"), ("event_type", "'x'"),
        ("reason", "''"), ("tenant_id", "'other'"), ("hash", "upper(hash)"),
        ("previous_hash", "replace(previous_hash, substr(previous_hash, 1, 1), 'x')"),
    ])
    func `an edited column is found and the row is named`(column: String, value: String) async throws {
        try await fill()
        // Row 22 changes no state, so nothing else is wrong.
        try tamper("UPDATE events SET \(column) = \(value) WHERE sequence = 22")
        #expect(try await findings() == ["edited 22"])
        let finding = try #require(try await EventLog(database).verify().findings.first)
        #expect(finding.jobID == JobID(column == "job_id" ? "job_11" : "job_15"))
        #expect(finding.message.hasPrefix("Event 22 ("))
    }

    @Test(arguments: [1, 2, 20, 47, 48])
    func `an edited row is found wherever it stands`(sequence: Int) async throws {
        try await fill()
        try tamper("UPDATE events SET actor = 'eve' WHERE sequence = \(sequence)")
        #expect(try await findings() == ["edited \(sequence)"])
    }

    @Test func `a row that was replaced together with its hash is found`() async throws {
        try await fill()
        let forged = try await database.read { database in
            let row = try #require(
                try Row.fetchOne(database, sql: "SELECT \(ChainedEvent.columns) FROM events WHERE sequence = 22")
            )
            var event = ChainedEvent(row)
            event.actor = "eve"
            var hasher = EventHasher()
            return HexDigest.text(hasher.digest(of: event, as: 22))
        }
        try tamper("UPDATE events SET actor = 'eve', hash = '\(forged)' WHERE sequence = 22")
        #expect(try await findings() == ["edited 22"])
    }

    @Test(arguments: [
        (2, 2, ["deleted 2"]), (22, 22, ["deleted 22"]), (20, 20, ["deleted 20"]), (48, 48, ["deleted 48"]),
        (22, 22, ["deleted 22"]), (44, 48, ["deleted 44", "state_differs 43"]),
    ])
    func `deleted rows are found, also at the end`(first: Int, last: Int, expected: [String]) async throws {
        try await fill()
        try tamper("DELETE FROM events WHERE sequence BETWEEN \(first) AND \(last)")
        let kinds = try await findings().filter { !$0.hasPrefix("state_differs") }
        #expect(kinds == expected.filter { !$0.hasPrefix("state_differs") })
    }

    @Test func `a deleted row is found when the later ones were renumbered`() async throws {
        try await fill()
        try tamper(
            "DELETE FROM events WHERE sequence = 22; UPDATE events SET sequence = sequence - 1 WHERE sequence > 22"
        )
        #expect(try await findings() == ["deleted 22"])
    }

    @Test func `the deleted log of a job shows in its row`() async throws {
        try await fill()
        try tamper("DELETE FROM events WHERE job_id = 'job_15'")
        let found = try await EventLog(database).verify().findings
        #expect(found.map(\.kind) == [.deleted, .stateDiffers], "\(found)")
        #expect(found.last?.jobID == JobID("job_15"))
        #expect(found.first?.message.hasPrefix("Events 21 to 24 were deleted") == true, "\(found)")
    }

    @Test func `two rows that changed places are found`() async throws {
        try await fill()
        try tamper(
            """
            UPDATE events SET sequence = -1 WHERE sequence = 21;
            UPDATE events SET sequence = 21 WHERE sequence = 22;
            UPDATE events SET sequence = 22 WHERE sequence = -1;
            """
        )
        #expect(try await findings() == ["reordered 21", "reordered 22"])
    }

    @Test func `two rows that changed places far from each other are found`() async throws {
        try await fill()
        try tamper(
            """
            UPDATE events SET sequence = -1 WHERE sequence = 2;
            UPDATE events SET sequence = 2 WHERE sequence = 46;
            UPDATE events SET sequence = 46 WHERE sequence = -1;
            """
        )
        #expect(try await findings() == ["reordered 2", "reordered 46"])
    }

    @Test(arguments: [true, false])
    func `an inserted row is found when the later ones made room for it`(isForged: Bool) async throws {
        try await fill()
        let hash = try await database.read { database in
            let row = try #require(
                try Row.fetchOne(database, sql: "SELECT \(ChainedEvent.columns) FROM events WHERE sequence = 22")
            )
            var event = ChainedEvent(row)
            event.actor = "eve"
            var hasher = EventHasher()
            return HexDigest.text(hasher.digest(of: event, as: 22))
        }
        try tamper(
            """
            UPDATE events SET sequence = -sequence - 1 WHERE sequence >= 22;
            UPDATE events SET sequence = -sequence WHERE sequence < 0;
            INSERT INTO events (sequence, job_id, tenant_id, event_type, actor, data, at, previous_hash, hash)
                SELECT 22, job_id, tenant_id, event_type, 'eve', data, at, previous_hash,
                    '\(isForged ? hash : String(repeating: "a", count: 64))' FROM events WHERE sequence = 23;
            """
        )
        #expect(try await findings() == ["inserted 22"])
    }

    @Test func `a row put at the end without the right hash is found`() async throws {
        try await fill()
        try tamper(
            """
            INSERT INTO events (job_id, tenant_id, event_type, actor, data, at, previous_hash, hash)
                VALUES ('job_15', 'default', 'job.named', 'eve', '{}', 5, '\(String(repeating: "b", count: 64))',
                    '\(String(repeating: "a", count: 64))');
            """
        )
        #expect(try await findings() == ["inserted 49"])
    }

    @Test func `a changed state of a job's row is found`() async throws {
        try await fill()
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "UPDATE jobs SET state = 'paused' WHERE job_id = 'job_15'") }
        let report = try await EventLog(database).verify()
        #expect(report.findings.map(\.jobID) == [JobID("job_15")])
        #expect(report.findings.first?.message.contains("its row says paused, but event 23 left it running") == true)
    }

    @Test func `a job's row that is gone or that no event made is found`() async throws {
        try await fill()
        let queue = try DatabaseQueue(path: path)
        try await queue.write {
            try $0.execute(sql: "DELETE FROM jobs WHERE job_id = 'job_15'")
            try $0.execute(sql: "UPDATE jobs SET job_id = 'job_30' WHERE job_id = 'job_16'")
        }
        let found = try await EventLog(database).verify().findings
        #expect(found.map(\.jobID) == [JobID("job_15"), JobID("job_16"), JobID("job_30")], "\(found)")
        #expect(found.allSatisfy { $0.kind == .stateDiffers })
    }

    @Test func `a log without its triggers is reported`() async throws {
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "DROP TRIGGER events_never_go") }
        #expect(try await findings() == ["unprotected 0"])
    }

    @Test func `several kinds of tampering are found at once`() async throws {
        try await fill()
        try tamper(
            """
            UPDATE events SET actor = 'eve' WHERE sequence IN (4, 30);
            DELETE FROM events WHERE sequence = 14;
            """
        )
        #expect(try await findings() == ["edited 4", "deleted 14", "edited 30"])
    }

    @Test func `events are read in order, by job, by type and by page`() async throws {
        try await fill()
        let log = EventLog(database)
        let page = try await log.events(tenant: "default", after: 5, limit: 3)
        #expect(page.map(\.sequence) == [6, 7, 8])
        let started = try await log.events(tenant: "default", type: "job.started", after: 20, limit: 2)
        #expect(started.map(\.sequence) == [23, 27])
        let one = try await log.events(tenant: "default", job: JobID("job_11"), after: 5, limit: 10)
        #expect(one.map(\.sequence) == [6, 7, 8])
        let both = try await log.events(tenant: "default", job: JobID("job_11"), type: "job.named", after: 0, limit: 10)
        #expect(both.map(\.sequence) == [6])
        #expect(try await log.events(tenant: "other", after: 0, limit: 10).isEmpty)
        #expect(try await log.lastSequence() == 48)
    }
}
