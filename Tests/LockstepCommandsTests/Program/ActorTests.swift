import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// Who acts: `lockstep.yaml`, `--as` and `--tenant`, with the real program.
@Suite(.timeLimit(.minutes(10)))
struct ActorTests {
    private static let people = """
        tenants:
          weaving: { private_jobs: true }
          dyeing: {}
        users:
          ada: { tenants: [weaving, dyeing], scopes: [job:write, job:execute] }
          ben: { tenants: [weaving], scopes: [job:write] }
          eve: { tenants: [weaving], scopes: [job:read] }
          boss: { tenants: [weaving], scopes: [job:admin] }
          clock: { type: system }
        """

    private func project() throws -> CommandLineTest {
        try SmallProject.shell("echo hi").file("lockstep.yaml", Self.people)
    }

    @Test
    func `Users have their tenants and scopes, and nobody else's`() async throws {
        let test = try project()
        let made = try await test.run("jobs", "create", "work", "--as", "ada", "--output", "json")
        #expect(made.data?["user_id"] == "ada" && made.data?["tenant_id"] == "weaving", "\(made)")
        let id = try #require(made.data?["job_id"]?.stringValue)
        func code(_ words: String...) async throws -> JSONValue? {
            try await test.start(words + ["--output", "json"]).result().json?["error_code"]
        }
        #expect(try await code("jobs", "create", "work", "--as", "eve") == "PERMISSION_DENIED")
        #expect(try await code("jobs", "start", id, "--as", "ben") == "PERMISSION_DENIED")
        #expect(try await code("jobs", "show", id, "--as", "ada", "--tenant", "dyeing") == "PERMISSION_DENIED")
        #expect(try await code("jobs", "show", id, "--as", "ben", "--tenant", "dyeing") == "PERMISSION_DENIED")
        #expect(try await code("jobs", "list", "--as", "adda") == "PERMISSION_DENIED")
        #expect(try await code("jobs", "list", "--tenant", "spinning") == "PERMISSION_DENIED")
        #expect(try await code("jobs", "show", id) == "PERMISSION_DENIED")
        #expect(try await code("jobs", "show", id, "--as", "clock") == .null)
        let near = try await test.run("jobs", "list", "--as", "adda")
        #expect(near.status == ExitStatus.notFound.rawValue && near.stderr.contains("did you mean ada?"), "\(near)")
        let run = try await test.run("jobs", "start", id, "--as", "ada", "--detach")
        #expect(run.status == 0, "\(run)")
        let end = try await test.run("jobs", "watch", id, "--as", "ada", "--output", "json")
        #expect(end.data?["state"] == "completed", "\(end)")
    }

    @Test
    func `Jobs of a private tenant are seen by who made them, is assigned to them, or runs the project`() async throws {
        let test = try project()
        func made(_ words: String...) async throws -> String {
            let run = try await test.start(
                ["jobs", "create", "--external", "--output", "json", "--name"] + words
            ).result()
            return try #require(run.data?["job_id"]?.stringValue, "\(run)")
        }
        let own = try await made("one", "--as", "ada")
        let shared = try await made("two", "--as", "ada", "--agent", "ben")
        let other = try await made("three", "--as", "ben")
        func seen(by user: String) async throws -> Set<String> {
            let run = try await test.run("jobs", "list", "--as", user, "--output", "json")
            let ids = run.data?["jobs"]?.arrayValue?.compactMap { $0["job_id"]?.stringValue }
            let events = try await test.run("events", "list", "--as", user, "--output", "json")
            let inEvents = events.data?["events"]?.arrayValue?.compactMap { $0["job_id"]?.stringValue }
            #expect(Set(inEvents ?? []) == Set(ids ?? []), "\(user)")
            return Set(try #require(ids, "\(run)"))
        }
        #expect(try await seen(by: "ada") == [own, shared])
        #expect(try await seen(by: "ben") == [shared, other])
        #expect(try await seen(by: "eve") == [])
        #expect(try await seen(by: "boss") == [own, shared, other])
        let denied = try await test.run("jobs", "show", own, "--as", "ben")
        #expect(denied.status == ExitStatus.notFound.rawValue && denied.stderr.contains("private"), "\(denied)")
        #expect(try await test.run("jobs", "show", shared, "--as", "ben").status == 0)
    }

    @Test
    func `A file that is wrong is named with every mistake, and nothing is done`() async throws {
        let test = try project().file(
            "lockstep.yaml",
            """
            tenants: { weaving: { privat_jobs: true } }
            users:
              ada: { tenants: [dyeing], scopes: [job:reed] }
              bob: { type: robot }
            """
        )
        let check = try await test.run("check")
        #expect(check.status == ExitStatus.invalid.rawValue, "\(check)")
        for part in ["private_jobs", "no tenant `dyeing`", "job:read", "robot", "lockstep.yaml:1:"] {
            #expect(check.stdout.contains(part), "\(part): \(check)")
        }
        let list = try await test.run("jobs", "list")
        #expect(list.status == ExitStatus.invalid.rawValue, "\(list)")
    }

    @Test
    func `Every answer in JSON has the four members`() async throws {
        let test = try SmallProject.shell("exit 4")
        for words in [
            ["run", "workflow", "work"], ["jobs", "list"], ["jobs", "show", "nope"], ["check"], ["doctor"],
        ] {
            let run = try await test.start(words + ["--output", "json"]).result()
            let names = Set(run.json?.objectValue?.names ?? [])
            #expect(names.isSuperset(of: ["success", "data", "error_code", "error_message"]), "\(run)")
            #expect(run.json?["success"]?.boolValue == (run.status == 0), "\(run)")
            #expect((run.json?["error_code"] == .null) == (run.status == 0), "\(run)")
        }
    }
}
