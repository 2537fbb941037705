import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct JobsAndOutputsTests {
    @Test
    func `A job is found by its id, by the end of it, and as the last one`() async throws {
        let test = try SmallProject.shell("echo hi")
        let made = try await test.run("run", "workflow", "work", "--output", "json")
        let id = try #require(made.data?["job_id"]?.stringValue, "\(made)")
        for name in [id, String(id.suffix(8)), "last"] {
            let job = try await test.run("jobs", "show", name, "--output", "json")
            #expect(job.data?["job_id"]?.stringValue == id, "\(job)")
        }
        for name in ["abc", "job_01", "nothing-like-it"] where !id.hasPrefix(name) || name.count < 4 {
            let job = try await test.run("jobs", "show", name)
            #expect(job.status == ExitStatus.notFound.rawValue, "\(job)")
        }
    }

    @Test
    func `Jobs are listed newest first, by page, status and workflow`() async throws {
        let test = try SmallProject.shell("[ \"$1\" = good ]")
        for text in ["good", "bad", "good"] { _ = try await test.run("run", "workflow", "work", "-i", "text=\(text)") }
        let first = try await test.run("jobs", "list", "--limit", "2", "--output", "json")
        #expect(first.data?["jobs"]?.arrayValue?.map { $0["status"] } == ["COMPLETED", "FAILED"], "\(first)")
        let cursor = try #require(first.data?["next_cursor"]?.stringValue, "\(first)")
        let second = try await test.run("jobs", "list", "--limit", "2", "--cursor", cursor, "--output", "json")
        #expect(second.data?["jobs"]?.arrayValue?.count == 1, "\(second)")
        #expect(second.data?["next_cursor"] == .null, "\(second)")
        let failed = try await test.run("jobs", "list", "--status", "FAILED", "--output", "json")
        #expect(failed.data?["jobs"]?.arrayValue?.count == 1, "\(failed)")
        let other = try await test.run("jobs", "list", "--workflow", "other", "--output", "json")
        #expect(other.data?["jobs"]?.arrayValue?.isEmpty == true, "\(other)")
        let text = try await test.run("jobs", "list")
        #expect(text.stdout.split(separator: "\n").count == 4, "\(text)")
    }

    @Test
    func `Logs are the bytes that the tool wrote`() async throws {
        let test = try SmallProject.shell(
            #"printf '\377\000\033[31mred\n'; echo problem >&2"#,
            outputs: "code: { exit_code: true, schema: { type: integer } }"
        )
        try test.file(
            "workflows/raw.yaml",
            "workflow_id: raw\nname: Raw\nversion: 1.0.0\nsteps: [{ step_id: only, tool: shell }]\n"
        )
        _ = try await test.run("run", "workflow", "raw")
        let out = try await test.run("jobs", "logs", "last", "--stdout")
        #expect(out.output == [0xFF, 0x00] + Array("\u{1B}[31mred\n".utf8), "\(out)")
        let both = try await test.run("jobs", "logs", "last")
        #expect(both.stderr.contains("==> only stdout <=="), "\(both)")
        #expect(both.stderr.contains("==> only stderr <=="), "\(both)")
        #expect(both.stdout.hasSuffix("problem\n"), "\(both)")
        let none = try await test.run("jobs", "logs", "last", "other")
        #expect(none.status == ExitStatus.notFound.rawValue, "\(none)")
    }

    @Test
    func `The events of a job begin with its creation and end with its end`() async throws {
        let test = try SmallProject.shell("echo hi")
        _ = try await test.run("run", "workflow", "work")
        let events = try await test.run("jobs", "events", "last", "--output", "json")
        let types = events.data?["events"]?.arrayValue?.compactMap { $0["event_type"]?.stringValue } ?? []
        #expect(types.first == "job.created", "\(events)")
        #expect(types.contains("step.started"), "\(events)")
        let text = try await test.run("jobs", "events", "last")
        #expect(text.stdout.contains("queued → running"), "\(text)")
    }

    @Test
    func `An output file is copied byte for byte and never over another file`() async throws {
        let test = try SmallProject.inputs()
        let run = try await test.run("run", "workflow", "copy", "-i", "document=note.txt", "-i", "level=low")
        #expect(run.stdout.contains("lockstep outputs get"), "\(run)")
        let get = try await test.run("outputs", "get", "last", "copied")
        #expect(get.status == 0, "\(get)")
        #expect(test.content("copy.txt") == "A note of one line.\n")
        try test.file("copy.txt", "mine")
        let again = try await test.run("outputs", "get", "last", "copied")
        #expect(again.status == ExitStatus.invalid.rawValue, "\(again)")
        #expect(test.content("copy.txt") == "mine")
        let forced = try await test.run("outputs", "get", "last", "copied", "-o", "copy.txt", "--force")
        #expect(forced.status == 0, "\(forced)")
        #expect(test.content("copy.txt") == "A note of one line.\n")
        let piped = try await test.run("outputs", "get", "last", "copied", "-o", "-")
        #expect(piped.stdout == "A note of one line.\n", "\(piped)")
        let missing = try await test.run("outputs", "get", "last", "copid")
        #expect(missing.status == ExitStatus.notFound.rawValue, "\(missing)")
        #expect(missing.stderr.contains("copied"), "\(missing)")
        let place = try await test.run("outputs", "open", "last", "copied")
        #expect(test.content(String(place.stdout.dropLast())) == "A note of one line.\n", "\(place)")
    }

    @Test
    func `Outputs are listed, shown and exported`() async throws {
        let test = try SmallProject.inputs()
        _ = try await test.run("run", "workflow", "copy", "-i", "document=note.txt", "-i", "level=low")
        let list = try await test.run("outputs", "list", "last")
        #expect(
            list.stdout.contains("copied") && list.stdout.contains("text/plain") && list.stdout.contains("file_"),
            "\(list)"
        )
        let show = try await test.run("outputs", "show", "last", "copied")
        #expect(show.json?["name"] == "copy.txt", "\(show)")
        let export = try await test.run("outputs", "export", "last", "out")
        #expect(export.status == 0, "\(export)")
        #expect(test.content("out/copy.txt") == "A note of one line.\n")
        #expect(test.content("out/outputs.json")?.contains(#""path": "copy.txt""#) == true)
        let again = try await test.run("outputs", "export", "last", "out")
        #expect(again.status == ExitStatus.invalid.rawValue, "\(again)")
    }

    @Test
    func `Workflows and tools are listed and shown with the command that runs them`() async throws {
        let test = try SmallProject.inputs()
        let workflow = try await test.run("workflows", "show", "copy")
        #expect(workflow.stdout.contains("lockstep run workflow copy -i document=PATH -i level=VALUE"), "\(workflow)")
        #expect(workflow.stdout.contains("low|high"), "\(workflow)")
        let tool = try await test.run("tools", "show", "copier")
        #expect(tool.stdout.contains("lockstep run tool copier -i document=PATH"), "\(tool)")
        let list = try await test.run("tools", "list", "--output", "json")
        #expect(list.data?["tools"]?.arrayValue?.first?["tool_id"] == "copier", "\(list)")
    }
}
