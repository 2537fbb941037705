import Foundation
import GRDB
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// A database that is only looked into.
struct ReadingDatabaseTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("lockstep é?.sqlite")
    }

    /// Without the log's index while somebody else has the database open: SQLite shares it among the connections of one process, and
    /// a reader may note its place there. `PlanCommandTests` compares it as well, with processes of their own.
    private func bytes(whileOpen isOpen: Bool = false) throws -> [String: Data] {
        var bytes: [String: Data] = [:]
        for name in try folder.names() where !isOpen || !name.hasSuffix("-shm") {
            bytes[name] = try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
        }
        return bytes
    }

    private func count(_ database: StateDatabase) async throws -> Int {
        let blobs = BlobStore(reading: folder.path("assets"))
        let store = JobStore(database, blobs: blobs)
        return try await store.definitions(of: JobID("job_1")).count + (try await database.integrityProblems().count)
    }

    @Test
    func `It is read as it is, beside somebody who writes and after everybody has gone, and no byte changes`()
        async throws
    {
        var writer: StateDatabase? = try StateDatabase(path: path)
        #expect(try await writer?.integrityProblems() == [])
        let live = try bytes(whileOpen: true)
        #expect(live.count == 3)
        #expect(try await count(try StateDatabase(reading: path)) == 0)
        #expect(try bytes(whileOpen: true) == live)
        writer = nil
        let left = try bytes()
        #expect(try await count(try StateDatabase(reading: path)) == 0)
        #expect(try bytes() == left)
        // As a copy without the files beside it.
        for name in left.keys where name != "lockstep é?.sqlite" {
            try FileManager.default.removeItem(atPath: folder.path(name))
        }
        #expect(try await count(try StateDatabase(reading: path)) == 0)
        #expect(try folder.names() == ["lockstep é?.sqlite"])
    }

    @Test
    func `A change that is only in the log is seen`() async throws {
        let writer = try DatabaseQueue(path: path)
        _ = try StateDatabase(path: path)
        try await writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
        try await writer.write {
            try $0.execute(
                sql: "INSERT INTO definitions VALUES ('\(String(repeating: "d", count: 64))', 'tool', 't', '{}', 0)"
            )
            try $0.execute(
                sql: """
                    INSERT INTO jobs (job_id, tenant_id, user_id, name, state, created_at, updated_at, input_variables,
                        input_values, input_errors, workflow_id, workflow_digest)
                    VALUES ('job_1', 'default', 'u', 'n', 'queued', 0, 0, '[]', '{}', '{}', 'w', '\(String(repeating: "d", count: 64))')
                    """
            )
        }
        let before = try bytes(whileOpen: true)
        let store = JobStore(try StateDatabase(reading: path), blobs: BlobStore(reading: folder.path("assets")))
        #expect(try await store.job(JobID("job_1"))?.name == "n")
        #expect(try bytes(whileOpen: true) == before)
        withExtendedLifetime(writer) {}
    }

    @Test
    func `Nothing is written through it, and what is not there is not made`() async throws {
        #expect(throws: StoreError.self) { try StateDatabase(reading: path) }
        #expect(try folder.names() == [])
        _ = try StateDatabase(path: path)
        let reading = try StateDatabase(reading: path)
        let store = JobStore(reading, blobs: BlobStore(reading: folder.path("assets")))
        await #expect(throws: StoreError.self) {
            try await store.note(progress: 1, liveOutput: nil, of: JobID("job_1"), at: Instant(milliseconds: 0))
        }
    }

    @Test
    func `A database of an older program is left as it is`() throws {
        _ = try StateDatabase(path: path)
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '9%'")
        }
        #expect {
            try StateDatabase(reading: path)
        } throws: { ($0 as? StoreError)?.message.contains("older version of lockstep") == true }
    }
}
