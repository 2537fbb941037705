import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct WorkersTests {
    /// Runs workers until a condition holds, then drains them.
    private func work(
        _ fixture: BatchFixture,
        slots: Int,
        report: @escaping @Sendable (WorkerNews) -> Void = { _ in },
        until isDone: () async throws -> Bool
    ) async throws {
        let workers = Workers(fixture.engine.workspace, slots: slots, report: report)
        let running = Task { try await workers.run() }
        while try await !isDone() { try await Task.sleep(for: .milliseconds(10)) }
        workers.drain()
        try await running.value
    }

    private func enqueue(_ fixture: BatchFixture, _ word: String, as actor: Actor) async throws -> JobID {
        var request = CreateJobRequest(
            workflow: try fixture.engine.workspace.catalog.workflow(WorkflowID("pair")),
            inputs: [fixture.engine.input("word", word)]
        )
        request.enqueues = true
        return try await fixture.service.createJob(request, as: actor).id
    }

    @Test func `Jobs and batches that wait for a worker are run, and others are left alone`() async throws {
        let fixture = try BatchFixture()
        let actor = fixture.engine.actor
        let job = try await enqueue(fixture, "alone", as: actor)
        let request = try fixture.request("word\none\ntwo\n")
        let batch = try await fixture.service.createBatch(request, enqueues: true, as: actor).batch
        let other = try await fixture.create("word\nthree\n")
        let plain = try await fixture.service.createJob(
            CreateJobRequest(
                workflow: try fixture.engine.workspace.catalog.workflow(WorkflowID("pair")),
                inputs: [fixture.engine.input("word", "mine")]
            ),
            as: actor
        )
        try await work(fixture, slots: 2) {
            let isOver = try await fixture.service.getBatch(batch.id, as: actor).batch.state == .completed
            let state = try await fixture.service.getJob(job, as: actor).state
            return isOver && state == .completed
        }
        #expect(try await fixture.service.getBatch(other.id, as: actor).batch.state == .queued)
        #expect(try await fixture.service.getJob(plain.id, as: actor).state == .queued)
        #expect(fixture.executor.invocations.count == 3)
    }

    @Test func `A large batch does not keep another tenant or a single job waiting`() async throws {
        let order = Mutex<[String]>([])
        let fixture = try BatchFixture { word, _ in
            order.withLock { $0.append(word) }
            try? await Task.sleep(for: .milliseconds(10))
            return nil
        }
        let actor = fixture.engine.actor
        let request = try fixture.request(BatchFixture.table((1...30).map { "large\($0)" }), parallel: 8)
        let large = try await fixture.service.createBatch(request, enqueues: true, as: actor).batch
        let small = try await fixture.service.createBatch(
            try fixture.request("word\nsmall\n"),
            enqueues: true,
            as: actor
        ).batch
        let theirs = try await enqueue(fixture, "theirs", as: Actor(id: "bob", tenantID: "other"))
        try await work(fixture, slots: 2) {
            try await fixture.service.getBatch(large.id, as: actor).batch.state == .completed
        }
        let words = order.withLock { $0 }
        #expect(words.count == 32)
        #expect(try #require(words.firstIndex(of: "small")) < 6, "\(words)")
        #expect(try #require(words.firstIndex(of: "theirs")) < 6, "\(words)")
        #expect(try await fixture.service.getBatch(small.id, as: actor).batch.state == .completed)
        #expect(try await fixture.service.getJob(theirs, as: Actor(id: "bob", tenantID: "other")).state == .completed)
    }

    @Test func `No more run at the same time than there are workers`() async throws {
        let live = Mutex((now: 0, most: 0))
        let fixture = try BatchFixture { _, _ in
            live.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            // Until as many have run at once as may.
            while live.withLock({ $0.most }) < 3 { try? await Task.sleep(for: .milliseconds(5)) }
            try? await Task.sleep(for: .milliseconds(5))
            live.withLock { $0.now -= 1 }
            return nil
        }
        let request = try fixture.request(BatchFixture.table((1...10).map { "w\($0)" }), parallel: 9)
        let batch = try await fixture.service.createBatch(request, enqueues: true, as: fixture.engine.actor).batch
        for number in 1...5 { _ = try await enqueue(fixture, "s\(number)", as: fixture.engine.actor) }
        try await work(fixture, slots: 3) {
            let state = try await fixture.service.getBatch(batch.id, as: fixture.engine.actor).batch.state
            return state == .completed && fixture.executor.invocations.count == 15
        }
        #expect(live.withLock { $0.most } == 3)
    }

    @Test func `Drained, they end what runs and begin nothing more`() async throws {
        let isHeld = Mutex(true)
        let fixture = try BatchFixture { _, _ in
            while isHeld.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
            return nil
        }
        let request = try fixture.request(BatchFixture.table((1...9).map { "w\($0)" }), parallel: 2)
        let batch = try await fixture.service.createBatch(request, enqueues: true, as: fixture.engine.actor).batch
        let workers = Workers(fixture.engine.workspace, slots: 2)
        let running = Task { try await workers.run() }
        while fixture.executor.invocations.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        workers.drain()
        isHeld.withLock { $0 = false }
        try await running.value
        let (left, counts) = try await fixture.service.getBatch(batch.id, as: fixture.engine.actor)
        #expect(left.state == .running && counts[.completed] == 2 && counts[.running] == 0)
        // The next ones go on where it was.
        try await work(fixture, slots: 2) {
            try await fixture.service.getBatch(batch.id, as: fixture.engine.actor).batch.state == .completed
        }
        #expect(fixture.executor.invocations.count == 9)
    }

    @Test func `A batch that is cancelled while workers run it ends as cancelled`() async throws {
        let fixture = try BatchFixture { _, stop in
            while stop.request == .none { try? await Task.sleep(for: .milliseconds(5)) }
            return .stopped
        }
        let request = try fixture.request(BatchFixture.table((1...5).map { "w\($0)" }), parallel: 2)
        let batch = try await fixture.service.createBatch(request, enqueues: true, as: fixture.engine.actor).batch
        let hasAsked = Mutex(false)
        try await work(fixture, slots: 2) {
            if fixture.executor.invocations.count == 2, !hasAsked.withLock({ $0 }) {
                hasAsked.withLock { $0 = true }
                _ = try await fixture.service.cancelBatch(batch.id, as: fixture.engine.actor)
            }
            return try await fixture.service.getBatch(batch.id, as: fixture.engine.actor).batch.state == .cancelled
        }
        #expect(fixture.executor.invocations.count == 2)
    }
}
