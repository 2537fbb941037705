import Foundation
import LockstepDefinitions
import LockstepEngine
import LockstepModel
import LockstepTestSupport
import Testing

/// Cases over small workflows; each says what comes out of it, `passed` or what is wrong.
@Suite(.timeLimit(.minutes(5)))
struct WorkflowTestRunnerTests {
    /// A tool that would leave a mark if anybody started it.
    private static let shout = """
        tool_id: shout
        name: Shout
        version: 1.0.0
        command: [touch, MARK, "${text}", ["--times", "${times}"]]
        env: { STYLE: "loud ${times}" }
        stdin: "${text}"
        secrets: [API_TOKEN]
        parameters:
          text: { required: true, schema: { type: string } }
          times: { schema: { type: integer } }
        outputs:
          result: { stdout: text, schema: { type: string } }
          copy: { path: out/copy.txt, optional: true, schema: { type: file, mime_types: [text/plain] } }
        resources: { wall: 1m }
        """

    private static func workflow(_ rest: String) -> String {
        """
        workflow_id: work
        name: Work
        version: 1.0.0
        input_variables:
          - { variable_id: word, default: hello, schema: { type: string } }
          - { variable_id: words, default: [a, b, c], schema: { type: array, items: { type: string } } }
        \(rest)
        """
    }

    private static let pair = workflow(
        """
        steps:
          - step_id: first
            tool: shout
            parameter_mappings: { text: word }
            output_mappings: { result: loud, copy: copy }
            retry: { max_attempts: 3, backoff: 6h, max_backoff: 12h }
          - step_id: second
            tool: shout
            parameter_mappings: { text: loud, times: 2 }
            output_mappings: { result: louder }
        outputs: [loud, louder, copy]
        """
    )
    private static let flow = workflow(
        """
        steps:
          - step_id: each
            tool: shout
            for_each: { items: words, as: one, max_parallel: 2 }
            parameter_mappings: { text: one }
            output_mappings: { result: { variable: all, default: none } }
            on_failure: continue
            retry: { max_attempts: 2, backoff: 1h }
          - step_id: maybe
            tool: shout
            when: { "==": [{ var: word }, go] }
            parameter_mappings: { text: word }
            output_mappings: { result: { variable: said, default: nothing } }
          - step_id: call
            workflow: inner
            parameter_mappings: { inner_word: word }
            output_mappings: { whispered: whispered }
        outputs: [all, said, whispered]
        finally:
          - step_id: clean
            tool: shout
            run_on: [failure, cancel]
            parameter_mappings: { text: { cat: ["sorry: ", { var: job.error_message }] } }
        """
    )
    private static let inner = """
        workflow_id: inner
        name: Inner
        version: 1.0.0
        input_variables: [{ variable_id: inner_word, required: true, schema: { type: string } }]
        steps:
          - step_id: whisper
            tool: shout
            parameter_mappings: { text: inner_word }
            output_mappings: { result: whispered }
        outputs: [whispered]
        """

    /// The outcome of one case: `passed`, or a line for each thing that is wrong.
    private func outcome(_ workflow: String, _ testCase: String) async throws -> String {
        let folder = try TemporaryFolder()
        try folder.write(Self.shout.replacing("MARK", with: folder.path("mark")), to: "tools-registry/shout.yaml")
        try folder.write(workflow, to: "workflows/work.yaml")
        try folder.write(Self.inner, to: "workflows/inner.yaml")
        let lines = testCase.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let path = try folder.write(
            "test_id: t\nworkflow: work\ncases:\n  - name: one\n\(lines)\n",
            to: "workflow-tests/t.yaml"
        )
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        let loaded = try #require(WorkflowTestLoader(project).load(path))
        guard let test = loaded.test else { return loaded.findings.map(\.message).joined(separator: "\n") }
        let runner = try WorkflowTestRunner(project)
        defer { runner.close() }
        let result = await runner.run(test.cases[0], of: test)
        #expect(try folder.names() == ["tools-registry", "workflow-tests", "workflows"])
        switch result.outcome {
        case .passed: return "passed"
        case .failed(let mismatches):
            return mismatches.map { "\($0.subject): expected \($0.expected), was \($0.actual)" }.joined(separator: "\n")
        case .broken(let problems): return problems.map(\.message).joined(separator: "\n")
        }
    }

    @Test(
        arguments: [
            // Values go from step to step, and everything that a step was given can be looked at.
            (
                """
                inputs: { word: hi }
                stubs:
                  first: { outputs: { result: HI, copy: more } }
                  second: { outputs: { result: "HI!" } }
                expect:
                  steps:
                    first: { attempts: 1, stdin: hi, env: { STYLE: "loud " }, outputs: { result: HI } }
                    second: { parameters: { text: HI, times: 2 }, command: [touch, { any: true }, HI, --times, "2"], env: { exactly: { STYLE: loud 2 } } }
                  variables: { word: hi, loud: HI }
                  outputs: { louder: "HI!", copy: { name: copy.txt, content: more, mime_type: text/plain } }
                """, "passed"
            ),
            // A wait of hours takes no time; attempts are counted.
            (
                """
                stubs:
                  first: { fails: { exit_code: 75, message: busy }, times: 2, outputs: { result: HI } }
                  shout: { outputs: { result: other } }
                expect: { steps: { first: { attempts: 3 } }, outputs: { loud: HI, louder: other } }
                """, "passed"
            ),
            (
                """
                stubs: { first: { fails: { exit_code: 75, message: busy } }, second: { outputs: { result: x } } }
                expect:
                  state: failed
                  error_code: STEP_FAILED
                  error_message: "Attempt 3 of 3: busy (exit code 75)"
                  steps: { first: { status: FAILED, attempts: 3 }, second: { status: SKIPPED, attempts: 0 } }
                """, "passed"
            ),
            // Outcomes in order, and by a rule over the parameters.
            (
                """
                stubs:
                  first: [{ fails: busy }, { outputs: { result: HI } }]
                  second: [{ when: { "==": [{ var: text }, HI] }, outputs: { result: right } }, { fails: wrong }]
                expect: { steps: { first: { attempts: 2 } }, outputs: { louder: right } }
                """, "passed"
            ),
            (
                """
                stubs: { first: { takes: 2m, outputs: { result: HI } } }
                expect: { state: failed, error_code: TIMED_OUT, error_message: { contains: "did not end within 1m, its wall limit" } }
                """, "passed"
            ),
            (
                """
                stubs: { first: { cancels: true } }
                expect: { state: cancelled, error_code: CANCELLED, steps: { second: { status: SKIPPED } } }
                """, "passed"
            ),
            // What is wrong is said, all of it.
            (
                """
                stubs: { shout: { outputs: { result: HI } } }
                expect:
                  state: failed
                  steps: { first: { parameters: { text: bye, times: { absent: true } } }, second: { attempts: 2 } }
                  outputs: { loud: lo }
                """,
                """
                state: expected failed, was completed
                steps.first.parameters.text: expected "bye", was "hello"
                steps.second.attempts: expected 2, was 1
                outputs.loud: expected "lo", was "HI"
                """
            ),
            (
                "stubs: { first: { fails: { signal: 9 } } }\nexpect: {}",
                "state: expected completed, was failed"
            ),
            (
                "inputs: { word: 7 }\nexpect: {}", "state: expected completed, was refused"
            ),
            (
                "stubs: { first: { outputs: { result: HI } } }\nexpect: {}",
                "The step `second` runs the tool `shout`, which has no stub; add `stubs: { second: { outputs: … } }` to the case, "
                    + "or `stub:` to the tool."
            ),
            (
                "stubs: { first: { times: 1, fails: busy }, second: { outputs: { result: x } } }\nexpect: {}",
                "No outcome of the stub is for call 2 of `first`."
            ),
        ] as [(String, String)]
    )
    func `A linear workflow is judged by the engine`(testCase: String, expected: String) async throws {
        #expect(try await outcome(Self.pair, testCase) == expected)
    }

    @Test(
        arguments: [
            (
                """
                stubs:
                  each: [{ when: { "==": [{ var: text }, b] }, fails: bad }, { outputs: { result: ok } }]
                  call/whisper: { outputs: { result: psst } }
                expect:
                  state: partial
                  steps:
                    each: { items: { total: 3, completed: 2, failed: 1 } }
                    "each[0]": { status: COMPLETED, parameters: { text: a }, attempts: 1 }
                    "each[1]": { status: FAILED, attempts: 2 }
                    maybe: { status: SKIPPED, attempts: 0 }
                    call: { status: COMPLETED }
                    call/whisper: { status: COMPLETED, parameters: { text: hello }, attempts: 1 }
                    clean: { status: SKIPPED }
                  outputs: { all: [ok, none, ok], said: nothing, whispered: psst }
                """, "passed"
            ),
            (
                """
                inputs: { word: go, words: [x, y] }
                stubs:
                  each: { items: [{ outputs: { result: one } }, [{ fails: busy }, { outputs: { result: two } }]] }
                  shout: { outputs: { result: other } }
                expect:
                  steps: { "each[1]": { attempts: 2 }, maybe: { status: COMPLETED } }
                  outputs: { all: [one, two], said: other, whispered: other }
                """, "passed"
            ),
            (
                """
                stubs:
                  call/whisper: { fails: hoarse }
                  shout: { outputs: { result: fine } }
                expect:
                  state: failed
                  error_message: { contains: hoarse }
                  steps:
                    call: { status: FAILED }
                    clean: { status: COMPLETED, parameters: { text: { matches: "^sorry: .*hoarse" } } }
                """, "passed"
            ),
            (
                """
                stubs: { maybe: { outputs: { result: x } }, each: { cancels: true }, shout: { outputs: { result: fine } } }
                expect: { state: cancelled, steps: { clean: { status: COMPLETED }, call: { status: SKIPPED } } }
                """, "passed"
            ),
            (
                "stubs: { call: { outputs: {} } }\nexpect: {}",
                "the step `call` calls the workflow `inner`, whose own steps run; stub those, such as `call/whisper`, or their tools"
            ),
            (
                "stubs: { shout: { outputs: { result: x } } }\nexpect: { steps: { each: { attempts: 3 } } }",
                "the step `each` runs for each item; write `attempts` for one of them, such as `each[0]`"
            ),
        ] as [(String, String)]
    )
    func `Guards, loops, calls and finally are judged by the engine`(testCase: String, expected: String) async throws {
        #expect(try await outcome(Self.flow, testCase) == expected)
    }

    @Test
    func `A wait that takes the job over its timeout ends it`() async throws {
        let workflow = Self.pair.replacing("steps:\n", with: "timeout: 7h\nsteps:\n")
        let testCase =
            "stubs: { first: { fails: busy } }\nexpect: { state: failed, error_code: TIMED_OUT, steps: { first: { attempts: 2 } } }"
        #expect(try await outcome(workflow, testCase) == "passed")
    }

    @Test
    func `A state folder is gone when the runner is closed, and what a killed program left goes with the next`() throws
    {
        let folder = try TemporaryFolder()
        try folder.write(Self.shout, to: "tools-registry/shout.yaml")
        try folder.write(Self.pair, to: "workflows/work.yaml")
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        let places = ["/dev/shm", FileManager.default.temporaryDirectory.path]
        let abandoned = places.map { "\($0)/lockstep-workflow-tests-\(UUID().uuidString)" }
        for path in abandoned {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3600)],
                ofItemAtPath: path
            )
        }
        let before = try Self.folders(in: places)
        let runner = try WorkflowTestRunner(project)
        #expect(try Self.folders(in: places).subtracting(before).isEmpty == false)
        runner.close()
        #expect(abandoned.contains { !FileManager.default.fileExists(atPath: $0) })
        for path in abandoned { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func folders(in places: [String]) throws -> Set<String> {
        Set(
            places.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] }
                .filter { $0.hasPrefix("lockstep-workflow-tests-") }
        )
    }
}
