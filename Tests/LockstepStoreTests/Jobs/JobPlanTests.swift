import GRDB
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

struct JobPlanTests {
    private let folder: TemporaryFolder
    private let database: StateDatabase
    private let store: JobStore
    private static let start: Int64 = 1_700_000_000_000

    init() throws {
        folder = try TemporaryFolder()
        database = try StateDatabase(path: folder.path("lockstep.sqlite"))
        store = JobStore(database, blobs: try BlobStore(root: folder.path("assets")))
    }

    /// One job of the test, and who appears in its log.
    private struct Made {
        var job: Job
        var actors: Set<String>
    }

    private func make(_ number: Int) async throws -> Made {
        var generator = SystemRandomNumberGenerator()
        let at = Instant(milliseconds: Self.start + Int64(number) * 60_000)
        let state: JobState = [.queued, .draft, .cancelled, .running, .scheduled][number % 5]
        let user = "person\(number % 4)"
        var job = Job(
            id: JobID(ULID(at: at, using: &generator)),
            workflowID: number % 3 == 0 ? nil : WorkflowID("w\(number % 3)"),
            workflowDigest: nil,
            tenantID: number % 11 == 0 ? "other" : "default",
            userID: user,
            name: number % 6 == 0 ? "Red 100% \(number)" : "Blue_\(number)",
            description: number % 7 == 0 ? "with a \"quoted\" word" : "",
            state: state,
            createdAt: at,
            updatedAt: Instant(milliseconds: at.milliseconds + Int64(number % 4) * 600_000),
            startedAt: state == .running ? at : nil,
            completedAt: state == .cancelled ? at : nil,
            errorMessage: state == .cancelled ? "Job cancelled by user" : nil
        )
        if number % 4 == 0 { job.batchID = "batch\(number % 8)" }
        if number % 3 == 1 { job.scheduleID = "nightly" }
        if number % 5 < 2 { job.planID = "plan" }
        if number % 9 == 0 { job.assignedAgent = "reader" }
        var events = [
            Event(jobID: job.id, tenantID: job.tenantID, toState: state, type: "job.created", actor: user, at: at)
        ]
        if number % 8 == 0 {
            events.append(Event(jobID: job.id, tenantID: job.tenantID, type: "job.named", actor: "reviewer", at: at))
        }
        try await store.insert(JobCreation(job: job, definitions: [], assets: [], events: events))
        return Made(job: job, actors: Set(events.map(\.actor) + [job.assignedAgent].compactMap(\.self)))
    }

    private static func matches(_ made: Made, _ query: JobQuery) -> Bool {
        let job = made.job
        guard job.tenantID == query.tenant else { return false }
        if let workflow = query.workflow, job.workflowID != workflow { return false }
        if let status = query.status, job.status != status { return false }
        if let state = query.state, job.state != state { return false }
        if let actor = query.actor, !made.actors.contains(actor) { return false }
        if let batch = query.batch, job.batchID != batch { return false }
        if let schedule = query.schedule, job.scheduleID != schedule { return false }
        if let plan = query.plan, job.planID != plan { return false }
        if let owner = query.visibleTo, job.userID != owner, job.assignedAgent != owner { return false }
        if let instant = query.createdAfter, job.createdAt <= instant { return false }
        if let instant = query.updatedBefore, job.updatedAt >= instant { return false }
        guard let text = query.text?.lowercased() else { return true }
        return job.name.lowercased().contains(text) || job.description.lowercased().contains(text)
    }

    /// Every filter alone, every two and all together.
    private static var queries: [JobQuery] {
        let middle = Instant(milliseconds: start + 60 * 60_000)
        let filters: [(inout JobQuery) -> Void] = [
            { $0.workflow = WorkflowID("w1") }, { $0.status = .pending }, { $0.state = .draft },
            { $0.actor = "reviewer" }, { $0.actor = "person1" }, { $0.createdAfter = middle },
            { $0.updatedBefore = middle }, { $0.text = "RED" }, { $0.text = "100%" }, { $0.text = "\"quoted\"" },
            { $0.text = "e_1" }, { $0.batch = "batch4" }, { $0.schedule = "nightly" }, { $0.plan = "plan" },
            { $0.actor = "reader" }, { $0.visibleTo = "reader" }, { $0.visibleTo = "person1" },
        ]
        var queries = [JobQuery(tenant: "default", limit: 7), JobQuery(tenant: "other", limit: 7)]
        for one in filters {
            for other in filters {
                var query = JobQuery(tenant: "default", limit: 7)
                one(&query)
                other(&query)
                queries.append(query)
            }
        }
        var all = JobQuery(tenant: "default", limit: 7)
        for filter in filters { filter(&all) }
        return queries + [all]
    }

    /// With 0 no index counts as short, with 4000 every one does: both ways of answering must give the same.
    @Test(arguments: [0, 4000])
    func `every filter and every two find what a look at each job finds, page by page`(probe: Int) async throws {
        var all: [Made] = []
        for number in 0..<120 { all.append(try await make(number)) }
        for query in Self.queries {
            var seen: [String] = []
            var page = query
            var ids: [String] = []
            repeat {
                let asked = page
                ids = try await database.read { try JobPlan(asked, probe: probe).ids($0) }
                seen += ids
                page.before = ids.last.map { JobID($0) }
            } while ids.count == query.limit
            let expected = all.filter { Self.matches($0, query) }.map(\.job.id.rawValue).sorted(by: >)
            #expect(seen == expected, "\(query)")
        }
    }

    @Test(arguments: [nil, "blue"])
    func `a page stays what it was while jobs are added and its cursor is deleted`(text: String?) async throws {
        for number in 1..<10 { _ = try await make(number) }
        var query = JobQuery(tenant: "default", limit: 3)
        query.text = text
        let first = try await store.jobs(query)
        query.before = try #require(first.last?.id)
        let second = try await store.jobs(query)
        #expect(second.count == 3)
        for number in 12..<20 { _ = try await make(number) }
        #expect(try await store.jobs(query) == second)
        let gone = try #require(first.last?.id.rawValue)
        try await database.write { try $0.execute(sql: "DELETE FROM jobs WHERE job_id = ?", arguments: [gone]) }
        #expect(try await store.jobs(query) == second)
    }

    @Test func `a changed state, a new name and a deletion are seen by every filter`() async throws {
        let made = try await make(1)
        let id = made.job.id.rawValue
        func found(_ change: (inout JobQuery) -> Void) async throws -> Bool {
            var query = JobQuery(tenant: "default", limit: 5)
            change(&query)
            return try await store.jobs(query).isEmpty == false
        }
        try await database.write {
            try $0.execute(sql: "UPDATE jobs SET state = 'queued', name = 'Green' WHERE job_id = ?", arguments: [id])
        }
        #expect(
            try await found {
                $0.actor = "person1"
                $0.state = .queued
            }
        )
        #expect(
            try await found {
                $0.actor = "person1"
                $0.state = .draft
            } == false
        )
        #expect(try await found { $0.text = "gree" })
        #expect(try await found { $0.text = "blue" } == false)
        try await database.write { try $0.execute(sql: "DELETE FROM jobs WHERE job_id = ?", arguments: [id]) }
        #expect(try await found { $0.actor = "person1" } == false)
        #expect(try await found { $0.text = "gree" } == false)
        let left = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM job_actors") }
        #expect(left == 0)
    }
}
