import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct ExplainTests {
    private func because(_ test: CommandLineTest, _ words: String...) async throws -> String {
        let run = try await test.start(["explain"] + words + ["--output", "json"]).result()
        #expect(run.status == 0, "\(run)")
        #expect(run.data?["next"]?.arrayValue?.isEmpty == false, "\(run)")
        return run.data?["because"]?.arrayValue?.compactMap(\.stringValue).joined(separator: " ") ?? ""
    }

    @Test
    func `A failed step is explained with its attempt, and the one after it with the failed one`() async throws {
        let test = try SmallProject.shell("echo oh no >&2; exit 7")
        let workflow = try #require(test.content("workflows/work.yaml"))
        try test.file(
            "workflows/work.yaml",
            workflow.replacing("outputs: [result]", with: "  - { step_id: after, tool: shell }\noutputs: [result]")
        )
        _ = try await test.run("run", "workflow", "work")
        #expect(try await because(test, "last").contains("Its step only failed"))
        let step = try await because(test, "last", "only")
        #expect(
            step.contains("The code is STEP_FAILED") && step.contains("Attempt 1 ended with exit code 7"),
            "\(step)"
        )
        #expect(try await because(test, "last", "after").contains("the step only before it failed"))
        let text = try await test.run("explain", "last")
        #expect(text.stdout.contains("lockstep jobs retry"), "\(text)")
        let none = try await test.run("explain", "last", "afte")
        #expect(none.status == ExitStatus.notFound.rawValue && none.stderr.contains("Did you mean after?"), "\(none)")
    }

    @Test
    func `Waiting, paused, running, ended and cancelled jobs say why`() async throws {
        let test = try SmallProject.shell("true")
        func lockstep(_ words: String...) async throws {
            let run = try await test.start(words).result()
            #expect(run.status == 0, "\(words): \(run)")
        }
        try await lockstep("jobs", "create", "work")
        #expect(try await because(test, "last").contains("no runner has taken it up"))
        try await lockstep("jobs", "link-task", "last", "approval")
        #expect(try await because(test, "last").contains("It depends on approval"))
        try await lockstep("jobs", "cancel", "last", "--reason", "wrong loom")
        let cancelled = try await because(test, "last")
        #expect(cancelled.contains("cancelled by ") && cancelled.contains("wrong loom"), "\(cancelled)")
        try await lockstep("jobs", "create", "--external", "--name", "x", "--max-cost", "3")
        #expect(try await because(test, "last").contains("Nobody has started it"))
        try await lockstep("jobs", "start", "last")
        #expect(try await because(test, "last").contains("has reported 0%"))
        #expect(try await because(test, "last").contains("0 of the 3"))
        try await lockstep("jobs", "pause", "last", "--reason", "lunch")
        #expect(try await because(test, "last").contains("lunch"))
        try await lockstep("jobs", "resume", "last")
        try await lockstep("jobs", "complete", "last")
        #expect(try await because(test, "last").contains("Its work is done"))
        try await lockstep("jobs", "create", "--external", "--name", "y", "--at", "2999-01-01")
        #expect(try await because(test, "last").contains("It is to start at 2999-01-01"))
        let draft = try SmallProject.inputs()
        _ = try await draft.run("jobs", "create", "copy", "--draft", "-i", "level=odd")
        let missing = try await because(draft, "last")
        #expect(missing.contains("level is not valid") && missing.contains("has no value"), "\(missing)")
    }
}
