import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// `lockstep plan` with the real program.
@Suite(.timeLimit(.minutes(10)))
struct PlanCommandTests {
    /// Names, bytes and times of everything in the state folder.
    private static let snapshot = """
        cd .lockstep && find . | sort | while read -r f; do
        stat -c '%n %F %s %a %i %Y %y' "$f"; [ -f "$f" ] && sha256sum < "$f"; done
        """

    @Test
    func `A plan runs nothing, and makes no state folder`() async throws {
        let test = try SmallProject.shell("touch /tmp/never; echo hi")
        let run = try await test.run("plan", "work", "-i", "text=it's ‹text›")
        #expect(run.status == 0 && run.stderr.isEmpty, "\(run)")
        #expect(run.stdout.contains(#"command   sh /tool/run.sh 'it'\''s ‹text›'"#), "\(run)")
        #expect(run.stdout.contains("result  ‹result›"), "\(run)")
        #expect(run.stdout.contains("cache     no: there is no earlier result of it"), "\(run)")
        #expect(run.stdout.hasSuffix("Nothing was run.\n"), "\(run)")
        let folder = try await test.shell("ls -A")
        #expect(folder.stdout == "tools-registry\nworkflows\n", "\(folder)")
    }

    @Test
    func `The state folder stays as it is, byte for byte, and earlier results are found in it`() async throws {
        let test = try SmallProject.shell("cat /proc/sys/kernel/random/uuid")
        let first = try await test.run("run", "workflow", "work", "--output", "json")
        let made = try #require(first.data?["output_data"]?["result"]?.stringValue)
        let before = try await test.shell(Self.snapshot)
        #expect(before.stdout.contains("lockstep.sqlite"), "\(before)")
        let plan = try await test.run("plan", "work", "--resume", "--output", "json")
        #expect(plan.status == 0, "\(plan)")
        let reuse = plan.data?["steps"]?.arrayValue?.first?["reuse"]
        #expect(reuse?["used"] == true && reuse?["equal_to"]?["step_id"] == "only", "\(plan)")
        #expect(plan.data?["outputs"]?["result"] == ["value": .string(made)], "\(plan)")
        let without = try await test.run("plan", "work")
        #expect(without.stdout.contains("--resume would use it"), "\(without)")
        #expect(without.stdout.contains("result  ‹result›"), "\(without)")
        let other = try await test.run("plan", "work", "--resume", "-i", "text=other")
        #expect(
            other.stdout.contains(
                #"cache     no: parameter text changed (was "hello", is "other"), compared with job_"#
            ),
            "\(other)"
        )
        let after = try await test.shell(Self.snapshot)
        #expect(before.stdout == after.stdout)
    }

    @Test
    func `An input file is read where it is, and known by its content`() async throws {
        let test = try SmallProject.inputs()
        let inputs = ["-i", "document=note.txt", "-i", "level=low"]
        let ran = try await test.start(["run", "workflow", "copy"] + inputs).result()
        #expect(ran.status == 0, "\(ran)")
        let before = try await test.shell(Self.snapshot)
        let plan = try await test.start(["plan", "copy", "--resume"] + inputs).result()
        #expect(plan.stdout.contains("command   cp /in/document/note.txt copy.txt"), "\(plan)")
        #expect(plan.stdout.contains("cache     used: the result of copy in job_"), "\(plan)")
        #expect(plan.stdout.contains("copied  copy.txt (text/plain, 20 bytes)"), "\(plan)")
        try test.file("note.txt", "Another line.\n")
        let changed = try await test.start(["plan", "copy", "--resume"] + inputs).result()
        #expect(changed.stdout.contains("cache     no: input file document changed, compared with job_"), "\(changed)")
        #expect(try await test.shell(Self.snapshot).stdout == before.stdout)
    }

    @Test
    func `All wrong inputs are reported together`() async throws {
        let test = try SmallProject.inputs()
        let run = try await test.run("plan", "copy", "-i", "level=middle", "-i", "count=ten", "-i", "colour=red")
        #expect(run.status == ExitStatus.invalid.rawValue && run.stdout.isEmpty, "\(run)")
        for name in ["document", "level", "count", "colour"] { #expect(run.stderr.contains("  \(name):"), "\(run)") }
        #expect(run.stderr.contains("nothing could be planned"), "\(run)")
        let json = try await test.run("plan", "copy", "--output", "json")
        #expect(json.json?["details"] == nil && json.json?["fields"]?.arrayValue?.count == 2, "\(json)")
        #expect(try await test.shell("ls -A").stdout == "note.txt\ntools-registry\nworkflows\n")
    }

    @Test
    func `A step that could not be started makes the plan end with 4, and the plan is there all the same`() async throws
    {
        let test = try SmallProject.shell("true")
        let tool = try #require(test.content("tools-registry/shell/tool.yaml"))
        try test.file("tools-registry/shell/tool.yaml", tool + "\nsecrets: [API_TOKEN]\n")
        let run = try await test.run("plan", "work")
        #expect(run.status == ExitStatus.invalid.rawValue, "\(run)")
        #expect(run.stdout.contains("secret    API_TOKEN (not set)"), "\(run)")
        #expect(run.stdout.contains("lockstep secrets set API_TOKEN"), "\(run)")
        #expect(run.stderr.contains("A run would fail: the step only could not be started."), "\(run)")
        let json = try await test.run("plan", "work", "--output", "json")
        #expect(json.json?["success"] == false && json.data?["failing_steps"] == ["only"], "\(json)")
        let set = try await test.shell(
            #"printf s3cr3t-value | "$LOCKSTEP" secrets set API_TOKEN && "$LOCKSTEP" plan work"#
        )
        #expect(set.status == 0 && set.stdout.contains("secret    API_TOKEN (set)"), "\(set)")
        #expect(!set.stdout.contains("s3cr3t-value"), "\(set)")
    }
}
