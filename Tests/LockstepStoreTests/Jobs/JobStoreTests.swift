import Foundation
import GRDB
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

struct JobStoreTests {
    private let folder: TemporaryFolder
    private let database: StateDatabase
    private let store: JobStore
    private let now = Instant(milliseconds: 1_700_000_000_000)

    init() throws {
        folder = try TemporaryFolder()
        database = try StateDatabase(path: folder.path("lockstep.sqlite"))
        store = JobStore(database, blobs: try BlobStore(root: folder.path("assets")))
    }

    private func insertJob(_ id: String = "job_A") async throws -> Job {
        let tool = StoredDefinition(kind: .tool, id: "t", content: ["tool_id": "t"], createdAt: now)
        let workflow = StoredDefinition(kind: .workflow, id: "w", content: ["workflow_id": "w"], createdAt: now)
        let job = Job(
            id: JobID(id),
            workflowID: WorkflowID("w"),
            workflowDigest: workflow.digest,
            tenantID: "default",
            userID: "ann",
            name: "a name",
            description: "",
            state: .queued,
            createdAt: now,
            updatedAt: now,
            inputVariables: [InputVariable(id: "x", isRequired: true, schema: ValueSchema(json: ["type": "string"]))],
            inputValues: ["x": "value"],
            steps: [
                JobStep(
                    id: StepID("s"),
                    jobID: JobID(id),
                    sequenceNumber: 0,
                    toolID: ToolID("t"),
                    toolName: "T",
                    toolDigest: tool.digest,
                    parameterMappings: ["p": "x"]
                )
            ]
        )
        let event = Event(
            jobID: job.id,
            tenantID: "default",
            toState: .queued,
            type: "job.created",
            actor: "ann",
            at: now
        )
        try await store.insert(JobCreation(job: job, definitions: [tool, workflow], assets: [], events: [event]))
        return job
    }

    @Test func `a job comes back as it was kept`() async throws {
        let job = try await insertJob()
        let stored = try #require(try await store.job(job.id))
        #expect(stored.json == job.json)
        #expect(try await store.variables(of: job.id) == ["x": "value"])
        #expect(try await store.definitions(of: job.id).count == 2)
    }

    @Test func `a change of a job that somebody else has changed is refused whole`() async throws {
        let job = try await insertJob()
        var change = JobChange(job.id)
        var running = job
        running.state = .running
        running.startedAt = now
        running.version = 2
        change.job = running
        try await store.apply(change)
        change.variables = [VariableChange(name: "y", value: 1, madeBy: StepID("s"))]
        let stale = change
        let error = await #expect(throws: StoreError.self) { try await store.apply(stale) }
        #expect(error?.code == .concurrencyError)
        #expect(try await store.variables(of: job.id)["y"] == nil)
    }

    @Test func `an attempt's result is recorded once`() async throws {
        let job = try await insertJob()
        var attempt = Attempt(
            id: AttemptID("att_1"),
            jobID: job.id,
            stepID: StepID("s"),
            sequenceNumber: 0,
            number: 1,
            folder: "attempts/x",
            startedAt: now
        )
        var begin = JobChange(job.id)
        begin.newAttempts = [attempt]
        try await store.apply(begin)
        attempt.state = .succeeded
        attempt.endedAt = now
        var end = JobChange(job.id)
        end.endedAttempts = [attempt]
        let ending = end
        try await store.apply(ending)
        let error = await #expect(throws: StoreError.self) { try await store.apply(ending) }
        #expect(error?.code == .concurrencyError)
    }

    @Test func `every event carries the hash of the one before`() async throws {
        _ = try await insertJob("job_A")
        _ = try await insertJob("job_B")
        let rows = try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM events ORDER BY sequence").map { row in
                (
                    event: try EventRecord.event(from: row), previous: row["previous_hash"] as String,
                    hash: row["hash"] as String
                )
            }
        }
        #expect(rows.count == 2)
        var previous = String(repeating: "0", count: 64)
        for row in rows {
            #expect(row.previous == previous)
            #expect(row.hash == EventRecord.hash(of: row.event, sequence: row.event.sequence, after: previous))
            previous = row.hash
        }
    }

    @Test func `pages go from the newest job to the oldest and do not overlap`() async throws {
        for index in 0..<7 { _ = try await insertJob("job_\(index)") }
        var seen: [String] = []
        var before: JobID?
        repeat {
            var query = JobQuery(tenant: "default", limit: 3)
            query.status = .pending
            query.before = before
            let page = try await store.jobs(query)
            seen += page.map(\.id.rawValue)
            before = page.count == 3 ? page.last?.id : nil
        } while before != nil
        #expect(seen == (0..<7).reversed().map { "job_\($0)" })
        #expect(try await store.jobs(JobQuery(tenant: "other", limit: 3)).isEmpty)
    }

    @Test func `a part of an id is text, not a pattern`() async throws {
        _ = try await insertJob("job_ABCD")
        #expect(try await store.jobIDs(matching: "ABCD", tenant: "default") == [JobID("job_ABCD")])
        #expect(try await store.jobIDs(matching: "%BCD", tenant: "default").isEmpty)
        #expect(try await store.jobIDs(matching: "job_A", tenant: "default") == [JobID("job_ABCD")])
        #expect(try await store.jobIDs(matching: "jobXA", tenant: "default").isEmpty)
    }

    @Test func `a definition's digest does not depend on the order of its keys`() {
        let one = StoredDefinition(kind: .tool, id: "t", content: ["a": 1, "b": [["c": 2, "d": 3]]], createdAt: now)
        let other = StoredDefinition(kind: .tool, id: "t", content: ["b": [["d": 3, "c": 2]], "a": 1], createdAt: now)
        #expect(one.digest == other.digest)
        let third = StoredDefinition(kind: .tool, id: "t", content: ["b": [["d": 3, "c": 4]], "a": 1], createdAt: now)
        #expect(one.digest != third.digest)
    }

    @Test func `Changes that wait for each other are kept one by one when one of them is refused`() async throws {
        var jobs: [Job] = []
        for number in 0..<6 { jobs.append(try await insertJob("job_\(number)")) }
        let changes = jobs.enumerated().map { number, job in
            var job = job
            // The fourth is a version that nobody has.
            job.version += number == 3 ? 2 : 1
            job.progress = 50
            var change = JobChange(job.id)
            change.job = job
            return change
        }
        let refused = await withTaskGroup(of: (JobID, JobErrorCode?).self) { group in
            for change in changes {
                group.addTask { [store] in
                    do throws(StoreError) {
                        try await store.apply(change, isPatient: true)
                        return (change.jobID, nil)
                    } catch {
                        return (change.jobID, error.code)
                    }
                }
            }
            return await group.reduce(into: [JobID: JobErrorCode]()) { $0[$1.0] = $1.1 }
        }
        #expect(refused == [JobID("job_3"): .concurrencyError])
        for (number, job) in jobs.enumerated() {
            #expect(try await store.job(job.id)?.progress == (number == 3 ? 0 : 50))
        }
    }

    @Test func `A change that waits is durable with the next one`() async throws {
        let (first, second) = (try await insertJob("job_1"), try await insertJob("job_2"))
        func change(of job: Job) -> JobChange {
            var changed = job
            changed.version += 1
            changed.progress = 50
            var change = JobChange(job.id)
            change.job = changed
            return change
        }
        let (waiting, store) = (change(of: first), store)
        let patient = Task { try await store.apply(waiting, isPatient: true) }
        try await store.apply(change(of: second))
        try await patient.value
        #expect(try await store.job(first.id)?.progress == 50)
        #expect(try await store.job(second.id)?.progress == 50)
    }
}
