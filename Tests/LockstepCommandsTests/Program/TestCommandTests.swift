import Foundation
import FoundationXML
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// `lockstep test` of the real program.
@Suite(.timeLimit(.minutes(10)))
struct TestCommandTests {
    /// A project whose tool would leave a mark, with a test of one case that passes and one that does not.
    private func project(_ cases: String? = nil) throws -> CommandLineTest {
        let test = try SmallProject.shell("touch \"$HOME/mark\"; echo hi > mark")
        try test.file(
            "workflow-tests/work.yaml",
            """
            test_id: work
            workflow: work
            stubs: { shell: { outputs: { out: HELLO } } }
            cases:
            \(cases ?? """
              - name: it shouts
                expect: { steps: { only: { parameters: { text: hello } } }, outputs: { result: HELLO } }
              - name: it whispers
                expect: { outputs: { result: hello } }
            """)
            """
        )
        return test
    }

    @Test
    func `Cases that pass and fail are told, nothing is started, and the project is left as it was`() async throws {
        let test = try project()
        let run = try await test.run("test")
        #expect(run.status == ExitStatus.failed.rawValue, "\(run)")
        #expect(run.stdout.contains("  ✓ it shouts  "), "\(run)")
        #expect(
            run.stdout.contains(
                "    outputs.result  (workflow-tests/work.yaml:8:34)\n      expected  \"hello\"\n      was       \"HELLO\"\n"
            ),
            "\(run)"
        )
        #expect(run.stderr.contains("2 cases in 1 file: 1 passed, 1 failed"), "\(run)")
        let names = try FileManager.default.contentsOfDirectory(atPath: test.folder).sorted()
        #expect(names == ["tools-registry", "workflow-tests", "workflows"])
    }

    @Test
    func `The project's own state is not touched`() async throws {
        let test = try project()
        _ = try await test.run("secrets", "list")
        _ = try await test.run("jobs", "list")
        let list = #"find .lockstep -type f -exec sha256sum {} + | sort"#
        let before = try await test.shell(list)
        #expect(before.stdout.contains("lockstep.sqlite"), "\(before)")
        _ = try await test.run("test")
        #expect(try await test.shell(list).stdout == before.stdout)
    }

    @Test
    func `A filter chooses cases by their names`() async throws {
        let test = try project()
        let run = try await test.run("test", "work", "--filter", "SHOUT")
        #expect(run.status == 0, "\(run)")
        #expect(run.stderr.contains("1 case in 1 file: 1 passed"), "\(run)")
        let none = try await test.run("test", "--filter", "sing")
        #expect(none.status == ExitStatus.notFound.rawValue, "\(none)")
        #expect(none.stderr.contains("No case has \"sing\" in its name"), "\(none)")
    }

    @Test
    func `A name that no test has is refused with the nearest`() async throws {
        let run = try await project().run("test", "wrok", "--output", "json")
        #expect(run.status == ExitStatus.notFound.rawValue, "\(run)")
        #expect(run.json?["error_code"] == "TEST_NOT_FOUND", "\(run)")
        #expect(run.json?["error_message"]?.stringValue?.contains("did you mean `work`?") == true, "\(run)")
        let empty = try await SmallProject.shell("true").run("test")
        #expect(empty.status == ExitStatus.notFound.rawValue, "\(empty)")
        #expect(empty.stderr.contains("workflow-tests/ID.yaml"), "\(empty)")
    }

    @Test
    func `The other files are run when one is invalid`() async throws {
        let test = try project()
        try test.file("workflow-tests/bad.yaml", "test_id: bad\nworkflow: wrok\ncases: []\n")
        let run = try await test.run("test")
        #expect(run.status == ExitStatus.invalid.rawValue, "\(run)")
        #expect(
            run.stdout.contains(
                "workflow-tests/bad.yaml:2:11: error: there is no workflow `wrok`; did you mean `work`?"
            ),
            "\(run)"
        )
        #expect(run.stdout.contains("✓ it shouts"), "\(run)")
        let check = try await test.run("check")
        #expect(check.status == ExitStatus.invalid.rawValue, "\(check)")
        #expect(check.stdout.contains("workflow-tests/bad.yaml:2:11: error"), "\(check)")
    }

    @Test
    func `Programs get the result as JSON and as JUnit XML`() async throws {
        let test = try project(
            """
              - name: "<b>&\\e[2J\\n]]>"
                expect: { outputs: { result: "\\e[31m" } }
            """
        )
        let run = try await test.run("test", "--output", "json", "--junit", "junit.xml")
        #expect(run.status == ExitStatus.failed.rawValue, "\(run)")
        #expect(run.json?["error_code"] == "TEST_FAILED", "\(run)")
        let found = run.data?["tests"]?.arrayValue?.first?["cases"]?.arrayValue?.first
        #expect(found?["status"] == "failed", "\(run)")
        #expect(found?["line"] == 5, "\(run)")
        #expect(found?["mismatches"]?.arrayValue?.first?["subject"] == "outputs.result", "\(run)")
        let root = try JUnitReportTests.read(try #require(test.content("junit.xml")))
        #expect(root.attribute(forName: "failures")?.stringValue == "1")
        let text = try await test.run("test")
        #expect(!text.output.contains(0x1B), "\(text)")
        let nowhere = try await test.run("test", "--junit", "no/such/folder.xml")
        #expect(nowhere.status == ExitStatus.environment.rawValue, "\(nowhere)")
    }

    @Test
    func `Secrets are placeholders and need not be set`() async throws {
        let test = try project()
        let tool = try #require(test.content("tools-registry/shell/tool.yaml"))
        try test.file("tools-registry/shell/tool.yaml", tool + "\nsecrets: [API_TOKEN]\n")
        let run = try await test.run("test", "--filter", "shouts")
        #expect(run.status == 0, "\(run)")
    }

    @Test
    func `The tests of every shipped workflow pass`() async throws {
        let test = try CommandLineTest()
        for name in ["workflows", "tools-registry", "workflow-tests", "Examples"] {
            try PackageRoot.copy(name, into: test.folder)
        }
        let run = try await test.run("test", "--output", "json")
        #expect(run.status == 0, "\(run)")
        let tested = Set((run.data?["tests"]?.arrayValue ?? []).compactMap { $0["workflow_id"]?.stringValue })
        let names = try FileManager.default.contentsOfDirectory(atPath: PackageRoot.path("workflows"))
        #expect(tested == Set(names.map { String($0.prefix { $0 != "." }) }))
        #expect(run.data?["failed"] == 0, "\(run)")
    }
}
