import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// `lockstep graph` with the real program, and with Graphviz.
@Suite(.timeLimit(.minutes(10)))
struct GraphCommandTests {
    /// A workflow whose name, description and guard hold what is syntax somewhere.
    private func hostile() throws -> CommandLineTest {
        let test = try SmallProject.shell("echo hi")
        let nasty = #"\"]})-->%%;|\\ <b>&amp; ` \u202e\n#35; 漢"#
        let workflow = try #require(test.content("workflows/work.yaml"))
        return try test.file(
            "workflows/work.yaml",
            workflow.replacing("name: Work", with: "name: \"\(nasty)\"\ndescription: \"\(nasty)\"")
                .replacing("tool: shell", with: "tool: shell\n    when: { \"!=\": [ { var: text }, \"\(nasty)\" ] }")
        )
    }

    @Test(arguments: ["svg", "mermaid", "dot", "text"])
    func `Every format is written, and hostile names harm none`(format: String) async throws {
        let test = try hostile()
        let run = try await test.run("graph", "work", "--format", format)
        #expect(run.status == 0 && run.stderr.isEmpty, "\(run)")
        #expect(run.stdout.contains("only") && run.stdout.contains("shell") && run.stdout.contains("漢"), "\(run)")
        #expect(!run.stdout.contains("\u{1B}") && !run.stdout.contains("\u{202E}"), "\(run)")
        #expect(test.content(".lockstep") == nil && test.content(".lockstep/lockstep.sqlite") == nil)
    }

    @Test
    func `Graphviz takes what is written for it`() async throws {
        let test = try hostile()
        let drawn = try await test.shell(#""$LOCKSTEP" graph work --format dot | dot -Tsvg"#)
        #expect(drawn.status == 0 && drawn.stderr.isEmpty, "\(drawn)")
        for node in ["text", "1 only", "result", "when text", "漢"] { #expect(drawn.stdout.contains(node), "\(drawn)") }
        #expect(drawn.stdout.contains("&lt;b&gt;&amp;amp;"), "\(drawn)")
    }

    @Test
    func `A file gets the format of its name, and is not replaced unasked`() async throws {
        let test = try SmallProject.shell("echo hi")
        for (name, beginning) in [
            ("a.svg", "<svg "), ("a.mmd", "flowchart TB"), ("a.gv", "digraph"), ("a.txt", "Work (work"),
        ] {
            let run = try await test.run("graph", "work", "-o", name)
            #expect(run.status == 0 && run.stdout.isEmpty, "\(run)")
            #expect(test.content(name)?.hasPrefix(beginning) == true)
        }
        let again = try await test.run("graph", "work", "-o", "a.svg", "--format", "dot")
        #expect(
            again.status == ExitStatus.invalid.rawValue && test.content("a.svg")?.hasPrefix("<svg ") == true,
            "\(again)"
        )
        let forced = try await test.run("graph", "work", "-o", "a.svg", "--format", "dot", "--force")
        #expect(forced.status == 0 && test.content("a.svg")?.hasPrefix("digraph") == true, "\(forced)")
    }

    @Test
    func `A workflow that is not there or not valid is refused`() async throws {
        let test = try SmallProject.shell("echo hi")
        let none = try await test.run("graph", "wor")
        #expect(none.status == ExitStatus.notFound.rawValue && none.stderr.contains("did you mean `work`?"), "\(none)")
        try test.file("workflows/work.yaml", "workflow_id: work\n")
        let broken = try await test.run("graph", "work")
        #expect(broken.status == ExitStatus.invalid.rawValue && broken.stdout.isEmpty, "\(broken)")
    }
}
