import GRDB
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

@Suite(.timeLimit(.minutes(10)))
struct WebhookStoreTests {
    private let folder: TemporaryFolder
    private let database: StateDatabase
    private let store: WebhookStore
    private let now = Instant(milliseconds: 1_700_000_000_000)

    init() throws {
        folder = try TemporaryFolder()
        database = try StateDatabase(path: folder.path("lockstep.sqlite"))
        store = WebhookStore(database)
    }

    private func append(_ types: String..., tenant: String = "default") async throws {
        var change = JobChange(JobID("job_1"))
        change.events = types.map {
            Event(jobID: JobID("job_1"), tenantID: tenant, type: $0, actor: "ann", at: now)
        }
        let blobs = try BlobStore(root: folder.path("assets"))
        try await JobStore(database, blobs: blobs).apply(change)
    }

    private func add(_ id: String = "hook_1", types: [String] = [], after sequence: Int64? = 0) async throws -> Webhook
    {
        let webhook = Webhook(
            id: WebhookID(id),
            tenantID: "default",
            url: "http://localhost/",
            eventTypes: types,
            createdAt: now,
            createdBy: "ann",
            deliveredSequence: 0,
            nextTryAt: now
        )
        return try await store.insert(webhook, after: sequence)
    }

    private func claim(_ token: String, after milliseconds: Int64 = 0) async throws -> WebhookClaim? {
        let time = Instant(milliseconds: now.milliseconds + milliseconds)
        return try await store.claim(
            WebhookID("hook_1"),
            at: time,
            until: Instant(milliseconds: time.milliseconds + 60_000),
            token: token,
            through: .max,
            longest: 300_000
        )
    }

    private func settle(_ claim: WebhookClaim, _ progress: WebhookProgress) async throws -> Bool {
        let delivery = WebhookDelivery(
            webhookID: claim.webhook.id,
            sequence: claim.event.sequence,
            tryNumber: claim.tryNumber,
            at: now,
            httpStatus: progress == .delivered ? 200 : 500,
            error: progress == .delivered ? nil : "HTTP 500",
            milliseconds: 3
        )
        return try await store.settle(claim, delivery, progress)
    }

    @Test func `an event has one claim at a time, and the next event comes after it was delivered`() async throws {
        try await append("job.created", "job.started")
        _ = try await add()
        let first = try #require(try await claim("a"))
        #expect(first.event.sequence == 1 && first.tryNumber == 1)
        #expect(try await claim("b") == nil)
        #expect(try await settle(first, .delivered))
        let second = try #require(try await claim("b"))
        #expect(second.event.sequence == 2)
        #expect(try await settle(second, .delivered))
        #expect(try await claim("c") == nil)
        #expect(try await store.webhook(WebhookID("hook_1"))?.deliveredSequence == 2)
    }

    @Test func `of many senders that ask at once, one gets the claim`() async throws {
        try await append("job.created")
        _ = try await add()
        let other = try StateDatabase(path: folder.path("lockstep.sqlite"))
        let stores = [store, WebhookStore(other)]
        let claims = try await withThrowingTaskGroup(of: WebhookClaim?.self) { group in
            for index in 0..<20 {
                group.addTask { [now] in
                    try await stores[index % 2].claim(
                        WebhookID("hook_1"),
                        at: now,
                        until: Instant(milliseconds: now.milliseconds + 60_000),
                        token: "\(index)",
                        through: .max,
                        longest: 300_000
                    )
                }
            }
            var claims: [WebhookClaim] = []
            for try await claim in group { if let claim { claims.append(claim) } }
            return claims
        }
        #expect(claims.count == 1)
    }

    @Test func `a claim that is over goes to the next sender, and the late one moves nothing`() async throws {
        try await append("job.created", "job.started")
        _ = try await add()
        let dead = try #require(try await claim("dead"))
        #expect(try await claim("early", after: 59_999) == nil)
        let next = try #require(try await claim("next", after: 60_000))
        #expect(next.event == dead.event && next.tryNumber == 2)
        #expect(try await !settle(dead, .delivered))
        #expect(try await store.webhook(WebhookID("hook_1"))?.deliveredSequence == 0)
        #expect(try await settle(next, .delivered))
        let log = try await store.deliveries(of: WebhookID("hook_1"), limit: 10)
        #expect(log.map(\.tryNumber) == [2, 1])
    }

    @Test func `a failure leaves the cursor, and is due again at its time`() async throws {
        try await append("job.created")
        _ = try await add()
        let first = try #require(try await claim("a"))
        #expect(try await settle(first, .failed(again: Instant(milliseconds: now.milliseconds + 1000))))
        #expect(try await claim("b", after: 999) == nil)
        let second = try #require(try await claim("b", after: 1000))
        #expect(second.event.sequence == 1 && second.tryNumber == 2 && second.webhook.failureCount == 1)
        let reason = Webhook.Suspension(at: now, reason: "no")
        #expect(try await settle(second, .suspended(reason)))
        #expect(try await claim("c", after: 100_000) == nil)
        let resumed = try await store.resume(WebhookID("hook_1"), at: now)
        #expect(resumed?.suspension == nil && resumed?.failureCount == 0 && resumed?.deliveredSequence == 0)
        #expect(try await claim("c")?.tryNumber == 3)
    }

    @Test func `times that a clock set back has left in the far future hold nothing up`() async throws {
        try await append("job.created")
        _ = try await add()
        #expect(try await claim("future", after: 31_536_000_000) != nil)
        #expect(try await claim("now") != nil)
    }

    @Test func `a webhook passes by events of other types and tenants without sending them`() async throws {
        try await append("job.created", tenant: "other")
        try await append("job.started", "job.created", "job.failed", "step.started")
        _ = try await add(types: ["job.failed", "job.created"])
        let first = try #require(try await claim("a"))
        #expect(first.event.sequence == 3 && first.event.tenantID == "default")
        _ = try await settle(first, .delivered)
        let second = try #require(try await claim("b"))
        #expect(second.event.type == "job.failed")
        _ = try await settle(second, .delivered)
        #expect(try await claim("c") == nil)
        #expect(try await store.webhook(WebhookID("hook_1"))?.deliveredSequence == 5)
        #expect(try await store.due(tenant: nil, at: now, through: .max, longest: 300_000).isEmpty)
    }

    @Test func `a new webhook begins after the newest event unless it is told where`() async throws {
        try await append("job.created", "job.started")
        #expect(try await add(after: nil).deliveredSequence == 2)
        #expect(try await add("hook_2", after: 1).deliveredSequence == 1)
        #expect(
            try await store.due(tenant: "default", at: now, through: .max, longest: 300_000).map(\.rawValue) == [
                "hook_2"
            ]
        )
        #expect(try await store.due(tenant: "default", at: now, through: 1, longest: 300_000).isEmpty)
        #expect(try await store.due(tenant: "other", at: now, through: .max, longest: 300_000).isEmpty)
    }

    @Test func `the database refuses a cursor that goes back, and forgets the log with the webhook`() async throws {
        try await append("job.created")
        _ = try await add(after: 1)
        let queue = try DatabaseQueue(path: folder.path("lockstep.sqlite"))
        let error = #expect(throws: DatabaseError.self) {
            try queue.write { try $0.execute(sql: "UPDATE webhooks SET delivered_sequence = 0") }
        }
        #expect(error?.message == "a webhook never goes back")
        try await append("job.started")
        _ = try #require(try await claim("a"))
        try await store.remove(WebhookID("hook_1"))
        #expect(try await store.deliveries(of: WebhookID("hook_1"), limit: 10).isEmpty)
    }

    @Test func `a database from before webhooks is brought up to date, with its events`() async throws {
        let path = folder.path("old.sqlite")
        let old = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(old, upTo: "3 lists and actors")
        try await old.write { database in
            let event = Event(
                jobID: JobID("job_1"),
                tenantID: "default",
                type: "job.created",
                actor: "ann",
                at: .distantPast
            )
            try EventRecord.append([event], to: database)
            #expect(try !database.tableExists("webhooks"))
        }
        try old.close()
        let database = try StateDatabase(path: path)
        let store = WebhookStore(database)
        let webhook = Webhook(
            id: WebhookID("hook_1"),
            tenantID: "default",
            url: "https://example.com/",
            eventTypes: [],
            createdAt: now,
            createdBy: "ann",
            deliveredSequence: 0,
            nextTryAt: now
        )
        #expect(try await store.insert(webhook, after: nil).deliveredSequence == 1)
        #expect(try await EventLog(database).verify().findings.filter { $0.sequence != nil }.isEmpty)
    }
}

extension Instant {
    fileprivate static let distantPast = Instant(milliseconds: 0)
}
