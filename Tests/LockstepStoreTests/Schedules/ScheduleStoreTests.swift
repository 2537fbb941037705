import GRDB
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

/// What the database itself keeps of schedules and their ledger.
struct ScheduleStoreTests {
    private let folder: TemporaryFolder
    private let database: StateDatabase
    private let store: ScheduleStore
    private let now = Instant(milliseconds: 1_770_000_000_000)

    init() throws {
        folder = try TemporaryFolder(inMemory: true)
        database = try StateDatabase(path: folder.path("lockstep.sqlite"))
        store = ScheduleStore(JobStore(database, blobs: try BlobStore(root: folder.path("assets"))))
    }

    private func schedule(_ id: String = "s", due: Int64? = 0) -> StoredSchedule {
        var schedule = StoredSchedule(
            id: ScheduleID(id),
            tenantID: "default",
            workflowID: WorkflowID("w"),
            definition: ["schedule_id": .string(id), "cron": "* * * * *"],
            origin: .command,
            createdBy: "ann",
            at: now
        )
        schedule.nextDue = due.map { Instant(milliseconds: now.milliseconds + $0) }
        schedule.pauses = [SchedulePause(from: now, to: Instant(milliseconds: now.milliseconds + 5))]
        return schedule
    }

    private func verdict(_ read: StoredSchedule, _ outcome: LedgerEntry.Outcome, wasQueued: Bool = false)
        -> ScheduleVerdict
    {
        var verdict = ScheduleVerdict(read)
        verdict.cursor = Instant(milliseconds: read.cursor.milliseconds + 1)
        let entry = LedgerEntry(
            scheduleID: read.id,
            nominal: now,
            outcome: outcome,
            reason: "so",
            decidedAt: now
        )
        verdict.entries = [(entry, wasQueued)]
        return verdict
    }

    @Test func `a schedule comes back as it was kept`() async throws {
        var first = schedule()
        #expect(try await store.put(first, over: nil))
        #expect(try await store.schedule(first.id) == first)
        #expect(try await store.put(first, over: nil) == false)
        let read = first
        first.revision = 2
        first.endedAt = now
        first.nextDue = nil
        first.problem = "wrong"
        #expect(try await store.put(first, over: read))
        #expect(try await store.put(first, over: read) == false)
        #expect(try await store.schedule(first.id) == first)
        #expect(try await store.schedules(tenant: "default").isEmpty)
        #expect(try await store.schedules(tenant: "default", includesEnded: true) == [first])
    }

    @Test func `of two that decide about the same time one is written`() async throws {
        let read = schedule()
        #expect(try await store.put(read, over: nil))
        let one = verdict(read, .missed)
        let first = try await store.write([one], definitions: [], cancel: { (_) throws(JobError) in nil })
        let second = try await store.write([one], definitions: [], cancel: { (_) throws(JobError) in nil })
        #expect(first.count == 1 && second.isEmpty)
        #expect(try await store.history(of: read.id, limit: 9).count == 1)
    }

    @Test func `one that waits becomes something else once, and no other row changes or goes`() async throws {
        let read = schedule()
        #expect(try await store.put(read, over: nil))
        _ = try await store.write([verdict(read, .queued)], definitions: [], cancel: { (_) throws(JobError) in nil })
        #expect(try await store.waiting(after: nil, limit: 9).map(\.waiting) == [[now]])
        #expect(try await store.waiting(after: read.id, limit: 9).isEmpty)
        var settled = try #require(try await store.schedule(read.id))
        let change = verdict(settled, .skipped, wasQueued: true)
        #expect(try await store.write([change], definitions: [], cancel: { (_) throws(JobError) in nil }).count == 1)
        settled = try #require(try await store.schedule(read.id))
        let again = verdict(settled, .missed, wasQueued: true)
        #expect(try await store.write([again], definitions: [], cancel: { (_) throws(JobError) in nil }).isEmpty)
        for sql in [
            "UPDATE occurrences SET reason = 'other'", "DELETE FROM occurrences",
            "INSERT INTO occurrences (schedule_id, nominal_at, outcome, decided_at) VALUES ('s', 1, 'missed', 1)",
            "INSERT INTO occurrences (schedule_id, nominal_at, outcome, reason, decided_at) VALUES ('s', 1, 'fired', 'x', 1)",
            "INSERT INTO occurrences (schedule_id, nominal_at, outcome, reason, job_id, decided_at) VALUES ('s', 1, 'missed', 'x', 'j', 1)",
            "INSERT INTO occurrences (schedule_id, nominal_at, outcome, reason, decided_at) VALUES ('s', \(now.milliseconds), 'missed', 'x', 1)",
        ] {
            await #expect(throws: StoreError.self, "\(sql)") {
                try await database.write { try $0.execute(sql: sql) }
            }
        }
        #expect(try await store.entry(of: read.id, at: now)?.outcome == .skipped)
    }

    @Test func `the next time of all is found by an index, and what is due in pages`() async throws {
        for number in 0..<10 { _ = try await store.put(schedule("s\(number)", due: Int64(number) * 1000), over: nil) }
        _ = try await store.put(schedule("over", due: nil), over: nil)
        #expect(try await store.nextDue() == now)
        let later = Instant(milliseconds: now.milliseconds + 4000)
        let first = try await store.due(at: later, after: nil, limit: 3).map(\.schedule)
        let second = try await store.due(at: later, after: first.last, limit: 3).map(\.schedule)
        #expect(first.map(\.id.rawValue) == ["s0", "s1", "s2"] && second.map(\.id.rawValue) == ["s3", "s4"])
        let plan = try await database.read { database in
            try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN SELECT min(next_due_at) FROM schedules WHERE next_due_at IS NOT NULL"
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("schedules_due") }, "\(plan)")
    }

    @Test(
        arguments: [
            (
                ScheduleQuery.due,
                ["SEARCH schedules USING INDEX schedules_due ((next_due_at,schedule_id)>(?,?) AND next_due_at<?)"]
            ),
            (
                ScheduleQuery.withWaiting,
                ["SEARCH occurrences USING INDEX occurrences_waiting (schedule_id>?)"]
            ),
            (
                ScheduleQuery.waitingTimes,
                ["SEARCH occurrences USING INDEX occurrences_waiting (schedule_id=?)"]
            ),
            (ScheduleQuery.decidedTimes, ["SEARCH s USING PRIMARY KEY (schedule_id=?)", "SEARCH o USING PRIMARY KEY"]),
            (
                ScheduleQuery.active,
                [
                    "SEARCH jobs USING INDEX jobs_active_by_schedule (schedule_id=?)",
                    "SEARCH batches USING INDEX batches_active_by_schedule (schedule_id=?)",
                ]
            ),
            (
                ScheduleQuery.list,
                ["SEARCH s USING INDEX schedules_by_tenant (tenant_id=?)", "SEARCH o USING PRIMARY KEY"]
            ),
        ]
    )
    func `a look at the schedules goes over no table, and sorts nothing`(sql: String, steps: [String]) async throws {
        let plan = try await database.read { database in
            let count = sql.contains("?4") ? 4 : sql.contains("?2") ? 2 : 1
            return try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN \(sql)",
                arguments: StatementArguments(Array(repeating: 1, count: count))
            ).map { $0["detail"] as String }
        }
        for step in steps { #expect(plan.contains { $0.hasPrefix(step) }, "\(plan)") }
        let scans = plan.filter { $0.hasPrefix("SCAN") && !$0.hasPrefix("SCAN json_each") }
        #expect(scans == [] && !plan.contains { $0.contains("FOR ORDER BY") }, "\(plan)")
    }

    @Test func `a list has each schedule with its newest row`() async throws {
        for id in ["a", "b", "c"] { _ = try await store.put(schedule(id), over: nil) }
        let read = schedule("b")
        _ = try await store.write([verdict(read, .missed)], definitions: [], cancel: { (_) throws(JobError) in nil })
        let ended = schedule("c")
        var over = ended
        over.endedAt = now
        over.nextDue = nil
        #expect(try await store.put(over, over: ended))
        let list = try await store.listing(tenant: "default", includesEnded: false)
        #expect(list.map(\.schedule.id.rawValue) == ["a", "b"])
        #expect(list.map(\.last?.outcome) == [nil, .missed] && list.allSatisfy { $0.active.isEmpty })
        #expect(try await store.listing(tenant: "default", includesEnded: true).count == 3)
        #expect(try await store.listing(tenant: "other", includesEnded: true).isEmpty)
    }
}
