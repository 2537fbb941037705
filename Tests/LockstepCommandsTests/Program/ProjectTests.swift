import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct ProjectTests {
    @Test(arguments: [
        ["check"], ["jobs", "list"], ["workflows", "list"], ["run", "workflow", "x"], ["outputs", "list", "last"],
    ])
    func `Outside of a project a command says so and exits with 5`(arguments: [String]) async throws {
        let run = try await CommandLineTest().start(arguments).result()
        #expect(run.status == ExitStatus.notFound.rawValue, "\(run)")
        #expect(run.stderr.hasPrefix("lockstep: "), "\(run)")
        let asJSON = try await CommandLineTest().start(arguments + ["--output", "json"]).result()
        #expect(asJSON.json?["error_code"] == "PROJECT_NOT_FOUND", "\(asJSON)")
    }

    @Test
    func `A project is found from a folder in it, by option and by environment`() async throws {
        let test = try SmallProject.shell("echo hi")
        try test.file("deep/er/x", "")
        let inside = try await test.shell(#"cd deep/er && "$LOCKSTEP" workflows list"#)
        #expect(inside.stdout.contains("work"), "\(inside)")
        let elsewhere = try CommandLineTest()
        let byOption = try await elsewhere.run("workflows", "list", "--project", test.folder)
        #expect(byOption.stdout.contains("work"), "\(byOption)")
        let byVariable = try await elsewhere.run("workflows", "list", environment: ["LOCKSTEP_PROJECT": test.folder])
        #expect(byVariable.stdout.contains("work"), "\(byVariable)")
    }

    @Test
    func `A new project is checked, run, and gives what it says`() async throws {
        let test = try CommandLineTest()
        let made = try await test.run("init", "mine")
        #expect(made.status == 0, "\(made)")
        #expect(made.stderr.contains("cd mine && lockstep run workflow count_words -i document=example.txt"), "\(made)")
        let check = try await test.run("check", "--project", "mine")
        #expect(check.status == 0, "\(check)")
        let run = try await test.shell(#"cd mine && exec "$LOCKSTEP" run workflow count_words -i document=example.txt"#)
        #expect(run.status == 0, "\(run)")
        #expect(run.stdout.contains("word_count: 28\n"), "\(run)")
        let words = try await test.run("outputs", "get", "last", "top_words", "-o", "-", "--project", "mine")
        #expect(words.stdout.split(separator: "\n").first?.split(separator: " ") == ["6", "the"], "\(words)")
        #expect(words.stdout.split(separator: "\n").count == 5, "\(words)")
        let ignored = test.content("mine/.gitignore")
        #expect(ignored?.contains(".lockstep/") == true)
    }

    @Test
    func `A new project never replaces a file`() async throws {
        let test = try CommandLineTest().file("example.txt", "mine")
        let run = try await test.run("init")
        #expect(run.status == ExitStatus.invalid.rawValue, "\(run)")
        #expect(run.stderr.contains("example.txt"), "\(run)")
        #expect(test.content("example.txt") == "mine")
        #expect(test.content("workflows/count_words.yaml") == nil)
    }

    @Test
    func `The doctor works outside of any project and finds this machine healthy`() async throws {
        let run = try await CommandLineTest().run("doctor", "--output", "json")
        #expect(run.status == 0, "\(run)")
        #expect(run.data?["healthy"] == true, "\(run)")
    }

    @Test
    func `The doctor finds that the supervisor is missing, says what to do and exits with 6`() async throws {
        let run = try await CommandLineTest().shell(#"cp "$LOCKSTEP" ./alone && exec ./alone doctor"#)
        #expect(run.status == ExitStatus.environment.rawValue, "\(run)")
        #expect(run.stdout.contains("✗ failed   supervisor"), "\(run)")
        #expect(run.stdout.contains("→ Install lockstep-supervisor in the same folder as lockstep."), "\(run)")
    }

    @Test
    func `The doctor finds a damaged database and exits with 6`() async throws {
        let test = try SmallProject.shell("echo hi")
        try test.file(".lockstep/lockstep.sqlite", "this is no database, however long it may be")
        let run = try await test.run("doctor")
        #expect(run.status == ExitStatus.environment.rawValue, "\(run)")
        #expect(run.stdout.contains("✗ failed"), "\(run)")
        #expect(run.stdout.contains("→ "), "\(run)")
    }

    @Test
    func `Every mistake of every file comes at once with its place and the nearest name`() async throws {
        let test = try SmallProject.shell("echo hi")
        try test.file(
            "workflows/broken.yaml",
            """
            workflow_id: broken
            name: Broken
            version: 1.0.0
            stepz: []
            steps:
              - step_id: a
                tool: shel
            """
        )
        try test.file("tools-registry/odd.yaml", "tool_id: odd\nname: [\n")
        let run = try await test.run("check")
        #expect(run.status == ExitStatus.invalid.rawValue, "\(run)")
        #expect(run.stdout.contains("workflows/broken.yaml:4:1: error:"), "\(run)")
        #expect(run.stdout.contains("did you mean `steps`"), "\(run)")
        #expect(run.stdout.contains("did you mean `shell`"), "\(run)")
        #expect(run.stdout.contains("tools-registry/odd.yaml:"), "\(run)")
        let asJSON = try await test.run("check", "--output", "json")
        #expect(asJSON.status == ExitStatus.invalid.rawValue)
        #expect((asJSON.data?["findings"]?.arrayValue?.count ?? 0) >= 3, "\(asJSON)")
        let one = try await test.run("check", "workflows/work.yaml")
        #expect(one.status == 0, "\(one)")
    }
}
