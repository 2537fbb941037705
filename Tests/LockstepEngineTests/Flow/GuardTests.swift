import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// `when`, `on_failure` and `default`.
@Suite(.timeLimit(.minutes(5)))
struct GuardTests {
    private static let echo: ScriptedExecutor.Answer = { (invocation, _) throws(ExecutionError) in
        FlowBench.echo(invocation)
    }

    private static func failing(_ steps: Set<String>) -> ScriptedExecutor.Answer {
        { (invocation, _) throws(ExecutionError) in
            steps.contains(invocation.stepID.rawValue)
                ? ScriptedExecutor.failure("no \(invocation.stepID)") : FlowBench.echo(invocation)
        }
    }

    private static let input = "input_variables: [{ variable_id: word, schema: {} }]\n"

    @Test(
        arguments: [
            ("{ '==': [{ var: word }, yes] }", "yes", true), ("{ '==': [{ var: word }, yes] }", "no", false),
            ("word", "x", true), ("word", "", false), ("word", [], false), ("word", 0, false), ("word", .null, false),
            ("{ var: unknown }", "x", false), ("true", "x", true), ("false", "x", false),
        ] as [(String, JSONValue, Bool)]
    )
    func `a step runs when its guard is true, and is skipped when not`(
        guardText: String,
        word: JSONValue,
        runs: Bool
    ) async throws {
        let bench = try FlowBench(
            Self.input + "steps:\n" + FlowBench.step("one", "a", to: "x", "when: \(guardText)")
                + FlowBench.step("two", "b", to: "y"),
            Self.echo
        )
        let job = try await bench.run(["word": word])
        #expect(job.state == .completed && job.progress == 100)
        #expect(job.steps.map(\.status) == [runs ? .completed : .skipped, .completed])
        #expect(bench.ran == (runs ? ["one", "two"] : ["two"]))
        #expect(job.outputData?["x"] == (runs ? "a" : nil))
        #expect(try await bench.events(job, "step.skipped").count == (runs ? 0 : 1))
    }

    @Test func `the log says how a guard came to be false, rule by rule`() async throws {
        let bench = try FlowBench(
            Self.input + "steps:\n"
                + FlowBench.step("one", "a", to: "x", "when: { and: [{ '>': [{ var: word }, 3] }, true] }"),
            Self.echo
        )
        let job = try await bench.run(["word": 2])
        let trace = try #require(try await bench.events(job, "step.skipped").first?.data["when"])
        #expect(trace["operator"] == "and" && trace["value"] == false)
        #expect(JSONPointer(parsing: "/children/0/operator")?.resolve(in: trace) == ">")
        #expect(JSONPointer(parsing: "/children/0/children/0/value")?.resolve(in: trace) == 2)
    }

    @Test func `a guard that cannot be decided fails its step before it starts`() async throws {
        let words = Array(repeating: "{ var: word }", count: 40).joined(separator: ", ")
        let bench = try FlowBench(
            Self.input + "steps:\n" + FlowBench.step("one", "a", to: "x", "when: { cat: [\(words)] }"),
            Self.echo
        )
        let job = try await bench.run(["word": .string(String(repeating: "x", count: 1 << 20))])
        #expect(job.state == .failed && job.errorCode == "VALIDATION_ERROR")
        #expect(job.errorMessage?.hasPrefix("Step one was not started: its guard cannot be decided: the rule ") == true)
        #expect(bench.ran.isEmpty)
    }

    @Test func `what a skipped step would have made has its default, and else no value`() async throws {
        let bench = try FlowBench(
            """
            steps:
              - step_id: one
                tool: any
                when: false
                output_mappings: { result: { variable: x, default: [1] }, size: y }
              - { step_id: two, tool: any, parameter_mappings: { text: x, more: { var: y } }, output_mappings: { result: z } }
            """,
            Self.echo
        )
        let job = try await bench.run()
        #expect(job.outputData == ["x": [1], "z": "1"])
    }

    @Test func `an output that is missing has its default`() async throws {
        let bench = try FlowBench(
            """
            steps:
              - { step_id: one, tool: any, output_mappings: { result: x, size: { variable: y, default: -1 } } }
            """,
            Self.echo
        )
        #expect(try await bench.run().outputData == ["x": "", "y": -1])
    }

    @Test func `a rule gives a parameter its value, with all variables and those of the runner`() async throws {
        let bench = try FlowBench(
            Self.input + """
                steps:
                  - step_id: one
                    tool: any
                    parameter_mappings:
                      text: { cat: [{ var: word.list.1 }, "-", { var: job.name }, "-", { var: actor.id }] }
                      more: { value: word }
                    output_mappings: { result: x }
                """,
            Self.echo
        )
        #expect(try await bench.run(["word": ["list": [1, 2]]]).outputData?["x"] == "2-main-anna word")
    }

    @Test func `a failure that is tolerated leaves the job partial, with all the rest done`() async throws {
        let bench = try FlowBench(
            """
            steps:
              - { step_id: one, tool: any, on_failure: continue, output_mappings: { result: { variable: x, default: none } } }
              - { step_id: two, tool: any, parameter_mappings: { text: x, more: { var: job.failed_steps } }, output_mappings: { result: y } }
            """,
            Self.failing(["one"])
        )
        let job = try await bench.run()
        #expect(job.state == .partial && job.status == .completed && job.progress == 100)
        #expect(job.errorMessage == "The job went on although step one failed: no one")
        #expect(job.errorCode == "STEP_FAILED")
        #expect(job.steps.map(\.status) == [.failed, .completed])
        #expect(job.outputData == ["x": "none", "y": "none one"])
    }

    @Test func `a retry of a partial job runs what failed again, and what had seen its default`() async throws {
        let isMended = Flag()
        let bench = try FlowBench(
            "steps:\n" + FlowBench.step("apart", "a", to: "w")
                + "  - { step_id: one, tool: any, on_failure: continue, output_mappings: { result: { variable: x, default: none } } }\n"
                + FlowBench.step("two", "x", to: "y") + FlowBench.step("three", "{ cat: [{ var: y }, '!'] }", to: "z")
                + FlowBench.step("four", "w", to: "v")
        ) { (invocation, _) throws(ExecutionError) in
            if invocation.stepID == StepID("one") {
                return isMended.isSet
                    ? ScriptedExecutor.success(["result": .value("well")]) : ScriptedExecutor.failure("no")
            }
            return FlowBench.echo(invocation)
        }
        let partial = try await bench.run()
        #expect(partial.state == .partial && partial.outputData?["z"] == "none!")
        isMended.set()
        _ = try await bench.service.retryJob(partial.id, as: bench.actor)
        let job = try await bench.service.startJob(partial.id, as: bench.actor)
        #expect(job.state == .completed && job.errorMessage == nil)
        #expect(job.outputData == ["w": "a", "x": "well", "y": "well", "z": "well!", "v": "a"])
        #expect(bench.ran.dropFirst(5) == ["one", "two", "three"])
    }

    @Test func `a job that is out of money or disk is not gone on with, whatever its steps tolerate`() async throws {
        let bench = try FlowBench(
            "steps:\n" + FlowBench.step("one", "a", to: "x", "on_failure: continue")
                + FlowBench.step("two", "b", to: "y")
        ) { (_, _) throws(ExecutionError) in throw ExecutionError(.storageFull, "The disk is full.") }
        let job = try await bench.run()
        #expect(job.state == .failed && job.errorCode == "STORAGE_FULL")
        #expect(job.steps.map(\.status) == [.failed, .skipped])
    }

    @Test func `explain says why a step ran and what rules made of its values, as they were when it began`()
        async throws
    {
        let bench = try FlowBench(
            Self.input + """
                steps:
                  - step_id: one
                    tool: any
                    when: { '>': [{ var: word }, 3] }
                    parameter_mappings: { text: { cat: [{ var: word }, '!'] }, more: word }
                    output_mappings: { result: first }
                  - step_id: each
                    tool: any
                    for_each: { items: { merge: [{ var: first }, b] }, as: it }
                    parameter_mappings: { text: { cat: [{ var: it }, '@', { var: item_index }] } }
                    output_mappings: { result: later }
                """,
            Self.echo
        )
        let job = try await bench.run(["word": 7])
        #expect(job.state == .completed)
        let one = try await bench.service.explain(job.id, step: "one", as: bench.actor)
        #expect(one.trace?["operator"] == ">" && one.trace?["value"] == true)
        #expect(one.mappings?["more"] == ["variable": "word", "value": 7])
        #expect(one.mappings?["text"]?["value"] == "7!")
        #expect(one.because.contains("Its guard was true."))
        #expect(one.because.contains("Its parameter text comes from a rule."))
        #expect(!one.because.contains { $0.contains("parameter more") })
        let item = try await bench.service.explain(job.id, step: "each[1]", as: bench.actor)
        #expect(item.mappings?["text"]?["value"] == "b@1")
        let each = try await bench.service.explain(job.id, step: "each", as: bench.actor)
        #expect(each.trace == nil && each.mappings == [:])
    }
}
