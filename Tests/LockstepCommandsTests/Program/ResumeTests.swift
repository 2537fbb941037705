import Glibc
import LockstepJSON
import LockstepTestSupport
import Testing

/// `run workflow --resume` with the real program and real tools, each of which says another thing whenever it runs.
@Suite(.timeLimit(.minutes(10)))
struct ResumeTests {
    private static let random = "echo \"$1 $(cat /proc/sys/kernel/random/uuid)\""

    private func resume(_ test: CommandLineTest, _ more: String...) async throws -> CommandResult {
        let run = try await test.start(["run", "workflow", "work", "--resume"] + more).result()
        #expect(run.status == 0, "\(run)")
        return run
    }

    private func reasons(_ test: CommandLineTest, _ step: String = "only") async throws -> [String] {
        let run = try await test.run("explain", "last", step, "--output", "json")
        return run.data?["reuse"]?["run_because"]?.arrayValue?.compactMap(\.stringValue) ?? ["\(run)"]
    }

    @Test
    func `A step with the same tool, values and folder is not run again, and everything says so`() async throws {
        let test = try SmallProject.shell(Self.random)
        let first = try await resume(test)
        let second = try await resume(test)
        #expect(first.stdout == second.stdout && second.stderr.contains("1/1 only: reused"), "\(second)")
        let shown = try await test.run("jobs", "show", "last", "--output", "json")
        #expect(shown.data?["steps"]?.arrayValue?.first?["reused_from"]?["step_id"] == "only", "\(shown)")
        #expect(shown.data?["attempts"] == [], "\(shown)")
        let text = try await test.run("jobs", "show", "last")
        #expect(text.stdout.contains("✓ reused"), "\(text)")
        let explained = try await test.run("explain", "last")
        #expect(explained.stdout.contains("Its step only was not run: it has the result of only in"), "\(explained)")
        let plain = try await test.run("run", "workflow", "work")
        #expect(plain.stdout != first.stdout, "\(plain)")
        let json = try await test.run("run", "workflow", "work", "--resume", "--output", "json")
        #expect(json.data?["steps"]?.arrayValue?.first?["reused_from"] != nil, "\(json)")
        let verified = try await test.run("events", "verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test
    func `A step is run again when its tool's folder or its value differs, and the part is named`()
        async throws
    {
        let test = try SmallProject.shell(Self.random)
        _ = try await resume(test)
        #expect(try await reasons(test) == ["there is no earlier result of it"])
        _ = try await resume(test, "-i", "text=other")
        #expect(try await reasons(test) == [#"parameter text changed (was "hello", is "other")"#])
        try test.file("tools-registry/shell/run.sh", Self.random + " # new\n")
        _ = try await resume(test, "-i", "text=other")
        #expect(try await reasons(test) == ["the tool's own folder changed"])
        try test.file("tools-registry/shell/deep/data.txt", "x")
        _ = try await resume(test, "-i", "text=other")
        #expect(try await reasons(test) == ["the tool's own folder changed"])
        let again = try await resume(test, "-i", "text=other")
        #expect(again.stderr.contains("reused"), "\(again)")
    }

    @Test
    func `An input file counts by its name and its bytes, not by when it was given`() async throws {
        let test = try SmallProject.inputs()
        func run(_ file: String) async throws -> CommandResult {
            let inputs = ["-i", "document=\(file)", "-i", "level=low"]
            return try await test.start(["run", "workflow", "copy", "--resume"] + inputs).result()
        }
        #expect(try await run("note.txt").stderr.contains("completed"))
        let again = try await run("note.txt")
        #expect(again.stderr.contains("reused") && again.stdout.contains("copy.txt"), "\(again)")
        let content = try await test.run("outputs", "get", "last", "copied")
        #expect(content.status == 0 && test.content("copy.txt") == "A note of one line.\n", "\(content)")
        try test.file("note.txt", "Another line.\n")
        #expect(try await run("note.txt").status == 0)
        #expect(try await reasons(test, "copy") == ["input file document changed"])
        try test.file("other.txt", "Another line.\n")
        #expect(try await run("other.txt").status == 0)
        #expect(try await reasons(test, "copy") == ["input file document changed (was note.txt, is other.txt)"])
    }

    @Test
    func `A result whose tool was changed while it ran is not used again`() async throws {
        let test = try SmallProject.shell(LostRunner.patient)
        let program = try test.start(["run", "workflow", "work"])
        #expect(
            try await eventually {
                try await test.shell("cat .lockstep/attempts/*/1-only-1/stdout.log").stdout.contains("tick")
            }
        )
        // The file that the tool waits for is one of its own folder.
        try test.file("tools-registry/shell/go", "")
        #expect(await program.result().status == 0)
        #expect(try await reasons(test) == ["what its result depends on is not on record"])
        let next = try await resume(test)
        #expect(next.stderr.contains("1/1 only: completed"), "\(next)")
        let third = try await resume(test)
        #expect(third.stderr.contains("1/1 only: reused"), "\(third)")
    }

    @Test(arguments: ["before-settled", "before-attempt-recorded", "after-attempt-recorded", "before-result-recorded"])
    func `A runner that is killed between a reuse and its record leaves nothing half-done`(point: String) async throws {
        let test = try SmallProject.shell(Self.random)
        let first = try await resume(test)
        try test.file(
            "workflows/work.yaml",
            RecoveryTests.twoSteps
        )
        let killed = try await test.run(
            "run",
            "workflow",
            "work",
            "--resume",
            environment: ["LOCKSTEP_FAILPOINT": point]
        )
        #expect(killed.status == 128 + 9, "\(killed)")
        let ids = try await test.run("jobs", "list", "--output", "json")
        let id = try #require(ids.data?["jobs"]?.arrayValue?.first?["job_id"]?.stringValue, "\(ids)")
        let lost = LostRunner(test: test, id: id)
        if try await lost.job()["state"] == "queued" {
            let started = try await test.run("jobs", "start", id)
            #expect(started.status == 0, "\(started)")
        } else {
            _ = try await test.run("recover")
        }
        let job = try await lost.job(in: "completed")
        #expect(job["state"] == "completed", "\(job)")
        let steps = job["steps"]?.arrayValue ?? []
        #expect(steps.first?["reused_from"] != nil && steps.last?["reused_from"] == nil, "\(job)")
        let text = steps.first?["output_data"]?["out"]?.stringValue ?? "none"
        #expect(first.stdout.contains(text), "\(job)")
        #expect(try await lost.attempts() == [])
        #expect(try await lost.count(of: "step.reused") == 1)
        try await lost.expectSound()
    }

    @Test
    func `A detached job reuses too`() async throws {
        let test = try SmallProject.shell(Self.random)
        _ = try await resume(test)
        let detached = try await resume(test, "--detach")
        let id = detached.stdout.split(separator: "\n").first.map { String($0) } ?? ""
        let job = try await LostRunner(test: test, id: id).job(in: "completed")
        #expect(job["steps"]?.arrayValue?.first?["reused_from"] != nil, "\(job)")
    }
}
