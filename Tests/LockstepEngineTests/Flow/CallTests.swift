import LockstepDefinitions
import LockstepEngine
import LockstepExecution
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// Steps that call a workflow.
@Suite(.timeLimit(.minutes(5)))
struct CallTests {
    private static let inner = """
        input_variables:
          - { variable_id: word, required: true, schema: { type: string } }
          - { variable_id: mark, default: "!", schema: { type: string } }
        """ + "\nsteps:\n" + FlowBench.step("say", "{ cat: [{ var: word }, { var: mark }] }", to: "said")
        + FlowBench.step("again", "said", to: "twice") + "outputs: [said]\n"

    private static let outer = """
        input_variables: [{ variable_id: words, schema: {} }]
        steps:
          - { step_id: call, workflow: inner, parameter_mappings: { word: { var: words.0 } }, output_mappings: { said: x } }
        """ + "\n" + FlowBench.step("after", "x", to: "y")

    private static func bench(
        outer: String = outer,
        inner: String = inner,
        _ answer: @escaping ScriptedExecutor.Answer
    ) throws
        -> FlowBench
    {
        try FlowBench(["main": outer, "inner": inner], answer)
    }

    private static let echo: ScriptedExecutor.Answer = { (invocation, _) throws(ExecutionError) in
        FlowBench.echo(invocation)
    }

    @Test func `a called workflow runs as a job of its own, and its outputs are the step's`() async throws {
        let bench = try Self.bench(Self.echo)
        let job = try await bench.run(["words": ["hello"]])
        #expect(job.state == .completed && bench.ran == ["say", "again", "after"])
        #expect(job.outputData == ["x": "hello!", "y": "hello!"])
        let child = try await bench.service.getJob(try #require(job.steps[0].childJobID), as: bench.actor)
        #expect(child.state == .completed && child.workflowID == WorkflowID("inner"))
        #expect(child.parent == JobParent(jobID: job.id, stepID: StepID("call")))
        #expect(child.inputValues == ["word": "hello", "mark": "!"] && child.userID == job.userID)
        #expect(job.json["steps"]?.arrayValue?[0]["workflow"]?["workflow_id"] == "inner")
    }

    @Test func `the called workflow is the one that the job was made with`() async throws {
        let bench = try Self.bench(Self.echo)
        let created = try await bench.createJob(["words": ["hello"]])
        try bench.folder.write("workflow_id: inner\nname: broken\n", to: "workflows/inner.yaml")
        let job = try await bench.service.startJob(created.id, as: bench.actor)
        #expect(job.state == .completed && job.outputData?["x"] == "hello!")
    }

    @Test func `a secret that a called workflow needs is missed before anything runs`() async throws {
        let bench = try Self.bench(Self.echo)
        try bench.folder.write(FlowBench.tool + "\nsecrets: [FLOW_TOKEN]\n", to: "tools-registry/any.yaml")
        try bench.folder.write(
            "tool_id: plain\nname: Plain\nversion: 1.0.0\ncommand: [any]\n",
            to: "tools-registry/plain.yaml"
        )
        try bench.folder.write(
            """
            workflow_id: main
            name: main
            version: 1.0.0
            steps:
              - { step_id: first, tool: plain }
              - { step_id: call, workflow: inner, parameter_mappings: { word: { value: hello } } }
            """,
            to: "workflows/main.yaml"
        )
        let error = await #expect(throws: JobError.self) { try await bench.run() }
        #expect(error?.fields.map(\.field) == ["FLOW_TOKEN"] && bench.ran.isEmpty, "\(String(describing: error))")
    }

    @Test func `what the mappings give is checked before anything is made`() async throws {
        let bench = try Self.bench(Self.echo)
        let job = try await bench.run(["words": [3]])
        #expect(job.state == .failed && job.errorCode == "VALIDATION_ERROR" && bench.ran.isEmpty)
        #expect(
            job.errorMessage == "Step call was not started: input word must be a string; it is 3.",
            "\(job.errorMessage ?? "")"
        )
        #expect(job.steps[0].childJobID == nil)
        let other = try await bench.run(["words": []])
        #expect(
            other.errorMessage == "Step call was not started: the workflow inner requires word, which has no value."
        )
    }

    @Test func `its failure is the step's, and a retry goes on inside it`() async throws {
        let isMended = Flag()
        let bench = try Self.bench { (invocation, _) throws(ExecutionError) in
            invocation.stepID == StepID("again") && !isMended.isSet
                ? ScriptedExecutor.failure("no") : FlowBench.echo(invocation)
        }
        let failed = try await bench.run(["words": ["hello"]])
        let child = try #require(failed.steps[0].childJobID)
        #expect(failed.state == .failed && failed.errorCode == "STEP_FAILED")
        #expect(failed.errorMessage == "Step call failed: the workflow inner (\(child)) failed: no")
        isMended.set()
        _ = try await bench.service.retryJob(failed.id, as: bench.actor)
        let job = try await bench.service.startJob(failed.id, as: bench.actor)
        #expect(job.state == .completed && job.steps[0].childJobID == child)
        #expect(bench.ran == ["say", "again", "again", "after"])
    }

    @Test func `a stop reaches the steps of the called job, and both jobs are cancelled`() async throws {
        let stop = StopSignal()
        let bench = try Self.bench { (invocation, own) throws(ExecutionError) in
            stop.stop()
            #expect(own.request == .graceful)
            return StepOutcome(
                ending: AttemptEnding(reason: .cancelled),
                failure: StepFailure(.cancelled, "was stopped.")
            )
        }
        let created = try await bench.createJob(["words": ["hello"]])
        let job = try await bench.service.startJob(created.id, stop: stop, as: bench.actor)
        #expect(job.state == .cancelled && job.errorMessage == "Job cancelled by user")
        let child = try await bench.service.getJob(try #require(job.steps[0].childJobID), as: bench.actor)
        #expect(child.state == .cancelled)
    }

    @Test func `a called job that is partial makes its caller partial`() async throws {
        let bench = try Self.bench(
            inner: Self.inner.replacing(
                "output_mappings: { result: twice }",
                with: "output_mappings: { result: twice }, on_failure: continue"
            )
        ) { (invocation, _) throws(ExecutionError) in
            invocation.stepID == StepID("again") ? ScriptedExecutor.failure("no") : FlowBench.echo(invocation)
        }
        let job = try await bench.run(["words": ["hello"]])
        #expect(job.state == .partial && job.steps.map(\.status) == [.completed, .completed])
        #expect(job.errorMessage?.contains("is partial. The job went on although step again failed: no") == true)
    }

    @Test func `it is called once for each item, several at once`() async throws {
        let bench = try Self.bench(
            outer: """
                input_variables: [{ variable_id: words, schema: {} }]
                steps:
                  - step_id: call
                    workflow: inner
                    for_each: { items: words, max_parallel: 2 }
                    parameter_mappings: { word: item }
                    output_mappings: { said: all }
                """,
            Self.echo
        )
        let job = try await bench.run(["words": ["a", "b", "c"]])
        #expect(job.state == .completed && job.outputData?["all"] == ["a!", "b!", "c!"], "\(job)")
        #expect(bench.ran.count == 6)
    }

    @Test func `workflows call workflows, each pinned and linked`() async throws {
        var workflows = ["w7": Self.inner]
        for depth in 1...6 {
            workflows["w\(depth)"] = """
                input_variables: [{ variable_id: word, required: true, schema: { type: string } }]
                steps:
                  - { step_id: down, workflow: w\(depth + 1), parameter_mappings: { word: word }, output_mappings: { said: said } }
                """
        }
        workflows["main"] = """
            steps:
              - { step_id: down, workflow: w1, parameter_mappings: { word: { value: deep } }, output_mappings: { said: said } }
            """
        let bench = try FlowBench(workflows, Self.echo)
        let job = try await bench.run()
        #expect(job.outputData == ["said": "deep!"], "\(job)")
    }
}
