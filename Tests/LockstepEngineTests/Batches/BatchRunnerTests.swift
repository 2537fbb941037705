import Foundation
import LockstepDefinitions
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Synchronization
import Testing

@testable import LockstepEngine

@Suite(.timeLimit(.minutes(5)))
struct BatchRunnerTests {
    private static func failing(_ word: String) -> StepOutcome? {
        word.hasPrefix("bad") ? ScriptedExecutor.failure("\(word) is bad.") : nil
    }

    @Test func `Each row becomes a job, and its result stands beside its inputs`() async throws {
        let fixture = try BatchFixture()
        let table = "name,word,times\nfirst,one,2\n,two,\n"
        let batch = try await fixture.create(table)
        #expect(batch.state == .queued && batch.total == 2 && batch.invalid == 0)
        let ended = try await fixture.run(batch)
        #expect(ended.state == .completed)
        #expect(ended.startedAt != nil && ended.completedAt != nil)
        let rows = try await fixture.rows(batch)
        #expect(rows.map(\.number) == [1, 2])
        #expect(rows.map(\.line) == [2, 3])
        #expect(rows.map(\.name) == ["first", nil])
        #expect(rows.map(\.inputs) == [["word": "one", "times": 2], ["word": "two"]])
        #expect(rows.map(\.outputs) == [["loud": "ONE"], ["loud": "TWO"]])
        let job = try await fixture.service.getJob(try #require(rows[0].jobID), as: fixture.engine.actor)
        #expect(job.batchID == batch.id.rawValue && job.name == "first" && job.userID == "ann")
        #expect(job.inputValues == ["word": "one", "times": 2])
    }

    @Test func `No more rows run at the same time than it allows`() async throws {
        let live = Mutex((now: 0, most: 0))
        let fixture = try BatchFixture { _, _ in
            live.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            // Until as many have run at once as may.
            while live.withLock({ $0.most }) < 3 { try? await Task.sleep(for: .milliseconds(5)) }
            try? await Task.sleep(for: .milliseconds(5))
            live.withLock { $0.now -= 1 }
            return nil
        }
        let batch = try await fixture.create(BatchFixture.table((1...12).map { "w\($0)" }), parallel: 3)
        #expect(try await fixture.run(batch).state == .completed)
        #expect(live.withLock { $0.most } == 3)
        #expect(fixture.executor.invocations.count == 12)
    }

    @Test func `It is partial when some rows failed, and failed when all did`() async throws {
        let fixture = try BatchFixture { word, _ in Self.failing(word) }
        let mixed = try await fixture.create("word\ngood\nbad1\nbad2\n")
        #expect(try await fixture.run(mixed).state == .partial)
        let counts = try await fixture.counts(mixed)
        #expect(counts[.completed] == 1 && counts[.failed] == 2)
        #expect(try await fixture.rows(mixed).map(\.problem?.isEmpty) == [nil, false, false])
        let hopeless = try await fixture.create("word\nbad1\nbad2\n")
        #expect(try await fixture.run(hopeless).state == .failed)
    }

    @Test func `Retry runs again what failed and nothing else`() async throws {
        let isMended = Mutex(false)
        let fixture = try BatchFixture { word, _ in isMended.withLock { $0 } ? nil : Self.failing(word) }
        let batch = try await fixture.create("word\ngood\nbad1\nfine\nbad2\n")
        #expect(try await fixture.run(batch).state == .partial)
        isMended.withLock { $0 = true }
        let ready = try await fixture.service.retryBatch(batch.id, as: fixture.engine.actor)
        #expect(ready.state == .queued && ready.completedAt == nil)
        #expect(try await fixture.run(ready).state == .completed)
        #expect(fixture.executor.invocations.count == 6)
        #expect(try await fixture.rows(batch).map(\.outputs?["loud"]) == ["GOOD", "BAD1", "FINE", "BAD2"])
        await #expect { try await fixture.service.retryBatch(batch.id, as: fixture.engine.actor) } throws: {
            ($0 as? JobError)?.code == .invalidTransition
        }
    }

    @Test func `A file that has gone meanwhile refuses its row alone, and retry tries it again`() async throws {
        let fixture = try BatchFixture()
        for name in ["a", "b"] { try fixture.engine.folder.write("text", to: "\(name).txt") }
        let batch = try await fixture.create("word,doc\none,a.txt\ntwo,b.txt\n")
        try FileManager.default.removeItem(atPath: fixture.engine.folder.path("b.txt"))
        #expect(try await fixture.run(batch).state == .partial)
        let row = try #require(try await fixture.rows(batch).last)
        #expect(row.state == .refused && row.jobID == nil)
        #expect(row.problem?.contains("b.txt") == true, "\(row)")
        try fixture.engine.folder.write("text", to: "b.txt")
        let ready = try await fixture.service.retryBatch(batch.id, as: fixture.engine.actor)
        #expect(try await fixture.run(ready).state == .completed)
        #expect(fixture.executor.invocations.count == 2)
    }

    @Test func `Rows in some states are those of all rows that are in them`() async throws {
        let fixture = try BatchFixture { word, _ in Self.failing(word) }
        for name in ["a", "b"] { try fixture.engine.folder.write("text", to: "\(name).txt") }
        let batch = try await fixture.create("word,doc\none,a.txt\ntwo,b.txt\nbad,\ngone,\n")
        #expect(try await fixture.rows(batch).map(\.state) == [.pending, .pending, .pending, .pending])
        try FileManager.default.removeItem(atPath: fixture.engine.folder.path("b.txt"))
        _ = try await fixture.run(batch)
        let gone = try #require(try await fixture.rows(batch).last?.jobID)
        try await fixture.service.deleteJob(gone, as: fixture.engine.actor)
        let all = try await fixture.rows(batch)
        #expect(all.map(\.state) == [.completed, .refused, .failed, .deleted])
        let sets: [Set<BatchRowState>] =
            BatchRowState.allCases.map { [$0] } + [[], Set(BatchRowState.allCases), [.failed, .refused, .pending]]
        for states in sets {
            let rows = try await fixture.service.listRows(
                of: batch.id,
                states: states,
                limit: 10,
                as: fixture.engine.actor
            )
            #expect(rows == all.filter { states.contains($0.state) }, "\(states)")
        }
    }

    @Test func `Rows that are not valid keep the whole table from running, and leave nothing behind`() async throws {
        let fixture = try BatchFixture()
        let request = try fixture.request("word,times\none,1\ntwo,many\nthree,77\n")
        await #expect { try await fixture.service.createBatch(request, as: fixture.engine.actor) } throws: { error in
            guard let error = error as? JobError, error.code == .validationError else { return false }
            return error.fields.map(\.field) == ["line 3:5 (column 2) times", "line 4:7 (column 2) times"]
                && error.message.contains("2 rows are not valid of 3")
        }
        #expect(try await fixture.service.listBatches(as: fixture.engine.actor).batches.isEmpty)
        #expect(try await fixture.service.listJobs(JobFilter(), as: fixture.engine.actor).jobs.isEmpty)
    }

    @Test func `Rows that are not valid can be left out, but not all of them`() async throws {
        let fixture = try BatchFixture()
        var request = try fixture.request("word,times\none,1\ntwo,many\nthree,3\n")
        request.skipsInvalid = true
        let prepared = try await fixture.service.createBatch(request, as: fixture.engine.actor)
        #expect(prepared.batch.total == 2 && prepared.batch.invalid == 1)
        #expect(prepared.problems.map(\.row) == [2])
        #expect(try await fixture.run(prepared.batch).state == .completed)
        #expect(try await fixture.rows(prepared.batch).map(\.number) == [1, 3])
        var hopeless = try fixture.request("word,times\none,x\n")
        hopeless.skipsInvalid = true
        await #expect { try await fixture.service.createBatch(hopeless, as: fixture.engine.actor) } throws: {
            ($0 as? JobError)?.code == .validationError
        }
    }

    @Test func `Inputs for all rows give what a row does not say`() async throws {
        let fixture = try BatchFixture()
        var request = try fixture.request("word,times\none,\ntwo,4\n")
        request.sharedInputs = [GivenInput(name: "times", value: .text("7"), folder: "/")]
        let batch = try await fixture.service.createBatch(request, as: fixture.engine.actor).batch
        #expect(try await fixture.run(batch).state == .completed)
        #expect(try await fixture.rows(batch).map(\.inputs["times"]) == [7, 4])
    }

    @Test func `Cancelling stops what runs and starts nothing more; retry goes on with the rest`() async throws {
        let isHeld = Mutex(true)
        let begun = Mutex(0)
        let fixture = try BatchFixture { _, stop in
            begun.withLock { $0 += 1 }
            while isHeld.withLock({ $0 }), stop.request == .none { try? await Task.sleep(for: .milliseconds(5)) }
            return stop.request == .none ? nil : .stopped
        }
        let batch = try await fixture.create(BatchFixture.table((1...40).map { "w\($0)" }), parallel: 2)
        async let running = fixture.run(batch)
        while begun.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
        _ = try await fixture.service.cancelBatch(batch.id, reason: "enough", as: fixture.engine.actor)
        let ended = try await running
        #expect(ended.state == .cancelled && ended.cancelReason == "enough")
        #expect(fixture.executor.invocations.count == 2)
        let counts = try await fixture.counts(batch)
        #expect(counts[.running] == 0 && counts[.queued] == 0 && counts[.completed] == 0)
        #expect(counts[.cancelled] + counts[.pending] == 40)
        isHeld.withLock { $0 = false }
        let ready = try await fixture.service.retryBatch(batch.id, as: fixture.engine.actor)
        #expect(try await fixture.run(ready).state == .completed)
        #expect(try await fixture.counts(batch)[.completed] == 40)
    }

    @Test func `A batch that nobody drives is cancelled at once`() async throws {
        let fixture = try BatchFixture()
        let batch = try await fixture.create("word\none\ntwo\n")
        let cancelled = try await fixture.service.cancelBatch(batch.id, as: fixture.engine.actor)
        #expect(cancelled.state == .cancelled)
        await #expect { try await fixture.run(batch) } throws: { ($0 as? JobError)?.code == .invalidTransition }
        #expect(fixture.executor.invocations.isEmpty)
    }

    @Test func `Only one can drive it`() async throws {
        let isHeld = Mutex(true)
        let fixture = try BatchFixture { _, _ in
            while isHeld.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(5)) }
            return nil
        }
        let batch = try await fixture.create("word\none\n")
        async let first = fixture.run(batch)
        while fixture.executor.invocations.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        await #expect { try await fixture.run(batch) } throws: {
            ($0 as? JobError)?.message.contains("another process") == true
        }
        isHeld.withLock { $0 = false }
        #expect(try await first.state == .completed)
    }

    @Test func `All rows run the definitions of the moment when it was made`() async throws {
        let fixture = try BatchFixture()
        let batch = try await fixture.create("word\none\n")
        try fixture.engine.folder.write(
            BatchFixture.workflow.replacing("outputs: [loud]", with: "outputs: []"),
            to: "workflows/pair.yaml"
        )
        #expect(try await fixture.run(batch).state == .completed)
        #expect(try await fixture.rows(batch).map(\.outputs) == [["loud": "ONE"]])
    }

    @Test func `What was being prepared when its process died is nobody's and goes`() async throws {
        let fixture = try BatchFixture()
        let request = try fixture.request("word\none\n")
        var prepared: PreparedBatch? = try await fixture.service.prepareBatch(request, as: fixture.engine.actor)
        let id = try #require(prepared?.batch.id)
        // While somebody holds it, nobody tidies it away.
        try await fixture.service.discardAbandonedBatches()
        #expect(try await fixture.service.batches.preparing() == [id])
        await #expect { try await fixture.service.getBatch(id, as: fixture.engine.actor) } throws: {
            ($0 as? JobError)?.code == .batchNotFound
        }
        prepared = nil
        try await fixture.service.discardAbandonedBatches()
        #expect(try await fixture.service.batches.preparing() == [])
    }

    @Test func `Tenants and scopes are kept apart`() async throws {
        let fixture = try BatchFixture()
        let batch = try await fixture.create("word\none\n")
        let stranger = Actor(id: "eve", tenantID: "other")
        await #expect { try await fixture.service.getBatch(batch.id, as: stranger) } throws: {
            ($0 as? JobError)?.code == .permissionDenied
        }
        #expect(try await fixture.service.listBatches(as: stranger).batches.isEmpty)
        let reader = Actor(id: "bob", scopes: [.read])
        #expect(try await fixture.service.getBatch(batch.id, as: reader).batch.id == batch.id)
        let request = try fixture.request("word\none\n")
        await #expect { try await fixture.service.createBatch(request, as: reader) } throws: {
            ($0 as? JobError)?.code == .permissionDenied
        }
        await #expect { try await fixture.service.cancelBatch(batch.id, as: reader) } throws: {
            ($0 as? JobError)?.code == .permissionDenied
        }
    }

    @Test func `A row whose job was deleted does not hold up the others`() async throws {
        let fixture = try BatchFixture { word, _ in Self.failing(word) }
        let batch = try await fixture.create("word\ngood\nbad\n")
        #expect(try await fixture.run(batch).state == .partial)
        let failed = try #require(try await fixture.rows(batch).last?.jobID)
        try await fixture.service.deleteJob(failed, as: fixture.engine.actor)
        #expect(try await fixture.rows(batch).map(\.state) == [.completed, .deleted])
        #expect(try await fixture.counts(batch).retryable == 0)
    }

    @Test func `Pages of batches follow each other`() async throws {
        let fixture = try BatchFixture()
        var made: [BatchID] = []
        for _ in 0..<3 { made.append(try await fixture.create("word\none\n").id) }
        let first = try await fixture.service.listBatches(limit: 2, as: fixture.engine.actor)
        #expect(first.batches.map(\.batch.id) == [made[2], made[1]])
        let second = try await fixture.service.listBatches(after: first.nextCursor, limit: 2, as: fixture.engine.actor)
        #expect(second.batches.map(\.batch.id) == [made[0]] && second.nextCursor == nil)
        #expect(try await fixture.service.findBatch("last", as: fixture.engine.actor).id == made[2])
        #expect(try await fixture.service.findBatch(made[1].shortText, as: fixture.engine.actor).id == made[1])
    }
}
