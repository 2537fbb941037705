import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct JSONOutputTests {
    private static let file = "out: { path: out.txt, schema: { type: file } }"

    @Test
    func `Logs are given by step, attempt and stream, and following them waits for the end`() async throws {
        let test = try SmallProject.shell(#"echo one; printf 'a\377b' >&2; sleep 0.5; echo two"#)
        _ = try await test.run("run", "workflow", "work", "--detach")
        let run = try await test.run("jobs", "logs", "-f", "last", "--output", "json")
        let logs = try #require(run.data?["logs"]?.arrayValue, "\(run)")
        #expect(logs.map { $0["stream"] } == ["stdout", "stderr"], "\(run)")
        #expect(logs.map { $0["text"] } == ["one\ntwo\n", "a\u{FFFD}b"], "\(run)")
        #expect(logs.allSatisfy { $0["attempt"] == 1 && $0["step_id"]?.stringValue != nil }, "\(run)")
        let errors = try await test.run("jobs", "logs", "last", "--stderr", "--output", "json")
        #expect(errors.data?["logs"]?.arrayValue?.count == 1, "\(errors)")
    }

    @Test
    func `Copying, opening and exporting an output say where the bytes are`() async throws {
        let test = try SmallProject.shell("echo hi > out.txt", outputs: Self.file)
        let made = try await test.run("run", "workflow", "work", "--output", "json")
        let name = try #require(made.data?["output_data"]?.objectValue?.names.first, "\(made)")
        let got = try await test.run("outputs", "get", "last", name, "--output", "json")
        #expect(got.data?["path"]?.stringValue?.hasSuffix("/out.txt") == true, "\(got)")
        #expect(got.data?["file"]?["mime_type"] == "text/plain", "\(got)")
        let open = try await test.run("outputs", "open", "last", name, "--output", "json")
        #expect(open.data?["path"]?.stringValue?.contains("/assets/") == true, "\(open)")
        let export = try await test.run("outputs", "export", "last", "all", "--output", "json")
        #expect(export.data?["files"]?.arrayValue?.contains("outputs.json") == true, "\(export)")
        let both = try await test.run("outputs", "get", "last", name, "--to", "-", "--output", "json")
        #expect(both.status == ExitStatus.usage.rawValue, "\(both)")
    }

    @Test
    func `A new project and the exit codes are given as data`() async throws {
        let test = try CommandLineTest()
        let made = try await test.run("init", "new", "--output", "json")
        #expect(made.data?["files"]?.arrayValue?.contains("workflows/count_words.yaml") == true, "\(made)")
        #expect(made.stderr.isEmpty, "\(made)")
        let codes = try await test.run("exit-codes", "--output", "json")
        #expect(codes.data?["exit_codes"]?.arrayValue?.last?["code"] == 130, "\(codes)")
    }
}
