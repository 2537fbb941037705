import GRDB
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepStore

/// Databases that earlier versions of the program made, opened by this one.
struct OldDatabaseTests {
    private let folder: TemporaryFolder
    private let path: String
    private let blobs: BlobStore
    private static let digest = String(repeating: "d", count: 64)
    private static let begin: Int64 = 1_700_000_000_000
    /// Ids as the program makes them: they begin with the time.
    private static let prefix = JobNoun.prefix + ULID.timePrefix(at: Instant(milliseconds: begin))
    private static let (one, two, three) = (prefix + "A", prefix + "B", prefix + "C")

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("lockstep.sqlite")
        blobs = try BlobStore(root: folder.path("assets"))
    }

    /// A completed job with a step, an attempt, a variable and an asset; one that runs; and one that is queued.
    private static let rows = """
        INSERT INTO definitions VALUES ('\(digest)', 'tool', 't', '{"tool_id":"t"}', 0);
        INSERT INTO jobs (job_id, tenant_id, user_id, workflow_id, workflow_digest, name, state, progress, version,
            created_at, updated_at, started_at, completed_at, input_variables, input_values, input_errors, output_data)
        VALUES
            ('\(one)', 'default', 'ann', 'w', '\(digest)', 'weaving mill', 'completed', 100, 4, \(begin), \(begin + 9),
                \(begin + 1), \(begin + 9), '[]', '{"x":1}', '{}', '{"y":"made"}'),
            ('\(two)', 'default', 'ann', 'w', '\(digest)', 'spinning', 'running', 50, 2, \(begin), \(begin + 3),
                \(begin + 2), NULL, '[]', '{}', '{}', NULL),
            ('\(three)', 'default', 'bob', 'v', '\(digest)', 'carding', 'queued', 0, 1, \(begin), \(begin), NULL, NULL,
                '[]', '{}', '{}', NULL);
        INSERT INTO steps (job_id, sequence_number, step_id, status, tool_id, tool_name, tool_digest,
            parameter_mappings, output_mappings, started_at, completed_at)
        VALUES ('\(one)', 0, 's', 'COMPLETED', 't', 'T', '\(digest)', '{}', '{}', \(begin + 1), \(begin + 8));
        INSERT INTO attempts (attempt_id, job_id, sequence_number, step_id, number, state, folder, started_at, ended_at,
            sandbox_level, requested, measured)
        VALUES ('att_1', '\(one)', 0, 's', 1, 'succeeded', 'attempts/job_1/att_1', 1, 2, 'full', '{}', '{}');
        INSERT INTO variables VALUES ('\(one)', 'y', '"made"', 's');
        """

    private static func event(
        _ job: String,
        _ from: JobState?,
        _ to: JobState?,
        _ type: String,
        _ actor: String = "ann"
    ) -> Event {
        Event(
            jobID: JobID(job),
            tenantID: "default",
            fromState: from,
            toState: to,
            type: type,
            actor: actor,
            at: Instant(milliseconds: begin)
        )
    }

    private static let events = [
        event(one, nil, .queued, "job.created"), event(one, .queued, .running, "job.started"),
        event(two, nil, .queued, "job.created"), event(one, nil, nil, "asset.created"),
        event(one, .running, .completed, "job.succeeded"), event(two, .queued, .running, "job.started"),
        event(three, nil, .queued, "job.created", "bob"),
    ]

    /// Makes the database as the program did whose last migration was this one.
    private func make(upTo migration: String) throws -> String {
        let blob = try blobs.store(Array("made".utf8), name: "y.txt")
        let queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(queue, upTo: migration)
        try queue.write { database in
            try database.execute(sql: Self.rows)
            try database.execute(
                sql: """
                    INSERT INTO assets (asset_id, job_id, step_id, attempt_id, user_id, tenant_id, asset_type, name,
                        output_name, mime_type, file_size, sha256, storage_path, created_at)
                    VALUES ('file_1', '\(Self.one)', 's', 'att_1', 'ann', 'default', 'text', 'y.txt', 'y', 'text/plain', 4, ?,
                        'p', 0)
                    """,
                arguments: [blob.sha256]
            )
            try EventRecord.append(Self.events, to: database)
        }
        try queue.close()
        return blob.sha256
    }

    @Test(arguments: ["1 jobs, assets and events", "2 service fields", "3 lists and actors", "7 driven jobs"])
    func `everything in an old database is there, in every list, and can be worked with`(last: String) async throws {
        let sha256 = try make(upTo: last)
        let database = try StateDatabase(path: path)
        let store = JobStore(database, blobs: blobs)

        let first = try #require(try await store.job(JobID(Self.one)))
        #expect(first.name == "weaving mill")
        #expect(first.state == .completed)
        #expect(first.version == 4)
        #expect(first.inputValues == ["x": 1])
        #expect(first.outputData == ["y": "made"])
        #expect(first.delegationChain.isEmpty)
        #expect(first.steps.map(\.status) == [.completed])
        #expect(try await store.variables(of: first.id) == ["y": "made"])
        #expect(try await store.attempts(of: first.id).map(\.state) == [.succeeded])
        #expect(try await store.assets(of: first.id).map(\.sha256) == [sha256])
        #expect(try await store.definition(Self.digest) == ["tool_id": "t"])
        #expect(try await store.events(of: first.id, after: 0).count == 4)

        func listed(_ change: (inout JobQuery) -> Void) async throws -> [String] {
            var query = JobQuery(tenant: "default", limit: 50)
            change(&query)
            return try await store.jobs(query).map(\.id.rawValue)
        }
        #expect(try await listed { _ in } == [Self.three, Self.two, Self.one])
        #expect(try await listed { $0.actor = "bob" } == [Self.three])
        #expect(try await listed { $0.text = "spin" } == [Self.two])
        #expect(try await listed { $0.state = .completed } == [Self.one])
        #expect(try await listed { $0.workflow = WorkflowID("w") } == [Self.two, Self.one])
        #expect(try await listed { $0.updatedBefore = Instant(milliseconds: Self.begin + 1) } == [Self.three])

        let sound = try await EventLog(database).verify()
        #expect(sound.isSound, "\(sound.findings)")
        #expect(sound.eventCount == 7)
        #expect(sound.jobCount == 3)

        let changed = try await store.revise(JobID(Self.three)) { found throws(JobError) in
            guard var job = found?.job else { return nil }
            job.state = .running
            job.startedAt = Instant(milliseconds: Self.begin + 20)
            job.runNumber += 1
            job.planID = "plan"
            return JobRevision(job, events: [Self.event(Self.three, .queued, .running, "job.started")])
        }
        #expect(try changed.get()?.version == 2)
        #expect(try await listed { $0.state = .running } == [Self.three, Self.two])
        #expect(try await listed { $0.actor = "ann" } == [Self.three, Self.two, Self.one])
        #expect(try await EventLog(database).verify().isSound)
        #expect(try await database.integrityProblems().isEmpty)
    }

    @Test func `a run of the first version counts as one, and as driven while it runs`() async throws {
        _ = try make(upTo: "1 jobs, assets and events")
        let store = JobStore(try StateDatabase(path: path), blobs: blobs)
        let jobs = try await store.jobs(JobQuery(tenant: "default", limit: 9))
        #expect(jobs.map(\.runNumber) == [0, 1, 1])
        #expect(jobs.map(\.isDriven) == [false, true, false])
    }
}
