import Foundation
import GRDB
import LockstepModel
import LockstepStore
import LockstepTestSupport
import Testing

/// The invariants that the database keeps by itself, tried through a plain SQLite connection.
struct StateDatabaseTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("lockstep.sqlite")
        _ = try StateDatabase(path: path)
    }

    private func run(_ sql: String) throws {
        try connection().write { try $0.execute(sql: sql) }
    }

    private func connection() throws -> DatabaseQueue { try DatabaseQueue(path: path) }

    private static let definition =
        "INSERT INTO definitions VALUES ('\(String(repeating: "d", count: 64))', 'tool', 't', '{}', 0);"

    private static func job(state: String, extra: String = "", values: String = "") -> String {
        """
        INSERT INTO jobs (job_id, tenant_id, user_id, name, state, created_at, updated_at, input_variables,
            input_values, input_errors\(extra)) VALUES ('job_1', 'default', 'u', 'n', '\(state)', 0, 0, '[]', '{}', '{}'\(values));
        """
    }

    private static let step = """
        INSERT INTO steps (job_id, sequence_number, step_id, tool_id, tool_name, tool_digest, parameter_mappings,
            output_mappings) VALUES ('job_1', 0, 's', 't', 'T', '\(String(repeating: "d", count: 64))', '{}', '{}');
        """

    private static func attempt(_ id: String, number: Int) -> String {
        """
        INSERT INTO attempts (attempt_id, job_id, sequence_number, step_id, number, state, folder, started_at,
            sandbox_level, requested, measured) VALUES ('\(id)', 'job_1', 0, 's', \(number), 'running', 'f', 0, 'full', '{}', 'null');
        """
    }

    private static let mistakes: [(what: String, sql: String)] = [
        ("a state that does not exist", job(state: "sleeping")),
        ("a completed job without an end", job(state: "completed", extra: ", started_at", values: ", 1")),
        ("a queued job with an end", job(state: "queued", extra: ", completed_at", values: ", 1")),
        ("a running job that never started", job(state: "running")),
        ("a failed job without a reason", job(state: "failed", extra: ", completed_at", values: ", 1")),
        ("progress above 100", job(state: "queued", extra: ", progress", values: ", 101")),
        ("inputs that are no JSON", job(state: "queued").replacingOccurrences(of: "'[]'", with: "'['")),
        ("a job of a workflow that is not stored", job(state: "queued", extra: ", workflow_digest", values: ", 'x'")),
        ("a step of no job", definition + step),
        (
            "a second live attempt of a step",
            definition + job(state: "queued") + step + attempt("a", number: 1) + attempt("b", number: 2)
        ),
        (
            "an asset of no job",
            """
            INSERT INTO assets (asset_id, job_id, user_id, tenant_id, asset_type, name, mime_type, file_size, sha256,
                storage_path, created_at) VALUES ('a', 'job_9', 'u', 't', 'x', 'n', 'm', 0,
                '\(String(repeating: "0", count: 64))', 'p', 0);
            """
        ),
    ]

    @Test(arguments: mistakes)
    func `the schema refuses`(what: String, sql: String) throws {
        #expect(throws: DatabaseError.self, "\(what)") {
            try run(sql)
        }
    }

    @Test func `the same statements without the mistake are accepted`() throws {
        let sql = Self.definition + Self.job(state: "queued") + Self.step + Self.attempt("a", number: 1)
        try run(sql)
    }

    @Test(arguments: ["UPDATE events SET actor = 'x'", "DELETE FROM events"])
    func `events cannot be changed or removed`(sql: String) throws {
        let zeros = String(repeating: "0", count: 64)
        try connection().write {
            try $0.execute(
                sql: """
                    INSERT INTO events (job_id, tenant_id, event_type, actor, data, at, previous_hash, hash)
                    VALUES ('j', 't', 'job.created', 'u', '{}', 0, '\(zeros)', '\(zeros)')
                    """
            )
        }
        let error = #expect(throws: DatabaseError.self) { try run(sql) }
        #expect(error?.message == "events never change")
    }

    @Test func `definitions cannot be changed`() throws {
        try connection().write { try $0.execute(sql: Self.definition) }
        #expect(throws: DatabaseError.self) {
            try run("UPDATE definitions SET content = '[]'")
        }
    }

    @Test func `the log keeps its room when the last program has gone`() throws {
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        #expect((size ?? 0) > 0)
    }

    @Test func `a database of a newer program is left alone`() throws {
        try connection().write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 something from the future')")
        }
        let error = #expect(throws: StoreError.self) { try StateDatabase(path: path) }
        #expect(error?.message.contains("newer version") == true)
    }

    @Test func `a file that is no database is named, and kept`() throws {
        let other = try folder.write("this is no database, but it is somebody's text\n", to: "other.sqlite")
        let error = #expect(throws: StoreError.self) { try StateDatabase(path: other) }
        #expect(error?.code == .storageError)
        #expect(error?.message.contains("no lockstep database") == true)
        #expect(try String(contentsOfFile: other, encoding: .utf8).hasPrefix("this is no database"))
    }

    @Test func `commits are durable: WAL with full synchronisation`() async throws {
        let database = try StateDatabase(path: path)
        #expect(try await database.integrityProblems().isEmpty)
        let mode = try await connection().read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
    }
}
