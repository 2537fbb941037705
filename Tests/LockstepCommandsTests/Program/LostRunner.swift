import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

/// A job whose runner a test has killed, and what can be seen of it from outside.
struct LostRunner {
    let test: CommandLineTest
    let id: String

    /// Writes until a file appears in the tool's folder; each attempt leaves one line at its begin and one at its end.
    static let patient = "echo start; while [ ! -e /tool/go ]; do echo tick; sleep 0.05; done; echo end"

    /// Starts a job, waits until its first step writes, and kills the runner alone.
    ///
    /// - Parameter meanwhile: What is done before the kill.
    static func make(
        _ test: CommandLineTest,
        _ arguments: [String] = ["run", "workflow", "work"],
        meanwhile: (LostRunner, RunningProgram) async throws -> Void = { _, _ in }
    ) async throws -> LostRunner {
        let program = try test.start(arguments)
        let lost = LostRunner(test: test, id: try await newestJob(of: test))
        #expect(await eventually { lost.log().contains("tick") }, "\(program.stderrSoFar)")
        try await meanwhile(lost, program)
        program.send(SIGKILL)
        _ = await program.result()
        return lost
    }

    private static func newestJob(of test: CommandLineTest) async throws -> String {
        var found: String?
        _ = try await eventually {
            let list = try await test.shell(
                "sqlite3 .lockstep/lockstep.sqlite 'SELECT job_id FROM jobs ORDER BY job_id DESC LIMIT 1' 2>/dev/null"
            )
            found = list.stdout.split(separator: "\n").first.map { String($0) }
            return found != nil
        }
        return try #require(found)
    }

    /// What the first step's tool has written in an attempt.
    func log(attempt: Int = 1) -> String { test.content("\(folder(attempt))/stdout.log") ?? "" }

    /// Of an attempt of the first step, from the project's folder.
    func folder(_ attempt: Int = 1) -> String { ".lockstep/attempts/\(id)/1-only-\(attempt)" }

    /// A number in the lock of an attempt of the first step.
    func lockNumber(_ name: String, attempt: Int = 1) async throws -> Int32 {
        var number: Int64?
        _ = await eventually {
            number =
                test.content("\(folder(attempt))/lock").flatMap { try? JSONValue(parsing: Array($0.utf8)) }?[name]?
                .integerValue
            return number != nil
        }
        return Int32(try #require(number))
    }

    /// Lets the tool end.
    func go() throws { try test.file("tools-registry/shell/go", "") }

    func job() async throws -> JSONValue {
        let shown = try await test.run("jobs", "show", id, "--output", "json")
        return try #require(shown.data, "\(shown)")
    }

    /// The job when it is in a state, or as it is when it does not come there.
    func job(in state: String) async throws -> JSONValue {
        _ = try await eventually { try await job()["state"]?.stringValue == state }
        return try await job()
    }

    /// One line a row; columns are separated by `|`.
    func rows(_ sql: String) async throws -> [String] {
        let found = try await test.shell("sqlite3 -cmd '.timeout 20000' .lockstep/lockstep.sqlite \"\(sql)\"")
        #expect(found.status == 0, "\(found)")
        return found.stdout.split(separator: "\n").map { String($0) }
    }

    /// The states of the attempts of a step, in order.
    func attempts(of step: String = "only") async throws -> [String] {
        try await rows(
            "SELECT state FROM attempts WHERE job_id = '\(id)' AND step_id = '\(step)' ORDER BY number"
        )
    }

    func count(of event: String) async throws -> Int {
        try await rows("SELECT sequence FROM events WHERE job_id = '\(id)' AND event_type = '\(event)'").count
    }

    /// Expects that the log is sound, the database whole, and every result recorded once.
    func expectSound() async throws {
        let verified = try await test.run("events", "verify")
        #expect(verified.status == 0, "\(verified)")
        #expect(try await rows("PRAGMA integrity_check") == ["ok"])
        let results = try await rows(
            "SELECT count(*) FROM attempts WHERE state = 'succeeded' GROUP BY job_id, sequence_number HAVING count(*) > 1"
        )
        #expect(results == [])
        let supervisor = "\(test.folder)/\(folder())"
        #expect(await eventually { !Processes.exist(withArgument: supervisor) })
    }
}
