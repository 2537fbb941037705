import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

struct RunPlannerTests {
    private static let tool = """
        tool_id: shout
        name: Shout
        version: 1.0.0
        command: [shout, "--text=${text}", ["-v", "${loud}"], ["-n", "${times}"], "${words}", "${file}", plain]
        stdin: "${text}"
        env: { B_NAME: "${text}", A_NAME: x }
        parameters:
          text: { schema: { type: string } }
          loud: { schema: { type: boolean } }
          times: { schema: { type: integer } }
          words: { schema: { type: array, items: { type: string } } }
          file: { schema: { type: file } }
        outputs:
          said: { stdout: text, schema: { type: string } }
          list: { stdout: lines, schema: { type: array, items: { type: string } } }
          kept: { path: kept.txt, schema: { type: file } }
          flag: { stdout: json, schema: { type: boolean } }
          count: { stdout: json, schema: { type: integer } }
        estimated_cost: "0.25"
        resources: { memory: 1GiB, processes: 9 }
        sandbox: { network: true }
        """

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.tool, to: "tools-registry/shout.yaml")
        try folder.write("a note\n", to: "note.txt")
    }

    private func workflow(
        _ steps: String,
        id: String = "work",
        outputs: String = "[]",
        inputs: String? = nil
    ) throws {
        let all = """
              - { variable_id: name, default: Ann, schema: { type: string } }
              - { variable_id: flag, default: false, schema: { type: boolean } }
              - { variable_id: list, default: [a, b, c], schema: { type: array, items: { type: string } } }
            """
        try folder.write(
            """
            workflow_id: \(id)
            name: Work
            version: 1.0.0
            input_variables:
            \(inputs ?? all)
            steps:
            \(steps)
            outputs: \(outputs)
            """,
            to: "workflows/\(id).yaml"
        )
    }

    private func plan(_ inputs: String...) async throws -> RunPlan {
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        let given = inputs.map { input in
            let parts = input.split(separator: "=", maxSplits: 1).map(String.init)
            return GivenInput(name: parts[0], value: .text(parts[1]), folder: folder.path)
        }
        let checked = try Catalog(project).workflow(WorkflowID("work"))
        return try await RunPlanner(project).plan(checked, inputs: given, as: Actor(id: "ann"))
    }

    private func json(_ plan: RunPlan, _ step: Int = 0) -> JSONValue { plan.json["steps"]?.arrayValue?[step] ?? .null }

    @Test
    func `Known values are in the command as a run would have them`() async throws {
        try workflow(
            "  - { step_id: a, tool: shout, timeout: 5m, retry: { max_attempts: 3 }, on_failure: continue, "
                + "parameter_mappings: { text: name, loud: true, times: 2, words: list, file: doc } }",
            inputs: "  - { variable_id: name, default: Ann, schema: { type: string } }\n"
                + "  - { variable_id: list, default: [x, y z], schema: { type: array, items: { type: string } } }\n"
                + "  - { variable_id: doc, required: true, schema: { type: file } }"
        )
        let step = json(try await plan("doc=note.txt"))
        #expect(step["command"] == ["shout", "--text=Ann", "-v", "-n", "2", "x", "y z", "/in/file/note.txt", "plain"])
        #expect(step["stdin"] == ["bytes": 3, "beginning": "Ann"])
        #expect(step["environment"] == ["A_NAME", "B_NAME"])
        #expect(step["files"] == [["path": "/in/file/note.txt", "name": "note.txt"]])
        #expect(step["requested"]?["limits"]?["wall_seconds"] == 300)
        #expect(step["requested"]?["limits"]?["processes"] == 9)
        #expect(step["requested"]?["sandbox"]?["network"] == true)
        #expect(step["max_attempts"] == 3 && step["on_failure"] == "continue")
        #expect(step["estimated_cost"] == "0.25")
        #expect(step["reuse"]?["reasons"]?.arrayValue?.first?.stringValue?.contains("may use the network") == true)
        #expect(try folder.names() == ["note.txt", "tools-registry", "workflows"])
    }

    @Test
    func `What earlier steps make is a mark, and never text`() async throws {
        try workflow(
            """
              - { step_id: a, tool: shout, output_mappings: { said: said, list: lines, kept: kept, flag: on, count: many } }
              - { step_id: b, tool: shout, parameter_mappings: { text: { cat: [ "so ", { var: said } ] }, loud: on, times: many, words: lines, file: kept } }
            """,
            outputs: "[said]"
        )
        let plan = try await plan()
        let step = json(plan, 1)
        func mark(_ name: String, computed: Bool = false, list: Bool = false) -> JSONValue {
            ["waits_for": [.string(name)], "computed": .bool(computed), "list": .bool(list)]
        }
        #expect(
            step["command"] == [
                "shout", ["parts": ["--text=", mark("said", computed: true)]],
                ["argument": "-v", "only_with": ["loud"]], ["argument": "-n", "only_with": ["times"]],
                ["argument": ["parts": [mark("many")]], "only_with": ["times"]],
                ["argument": ["parts": [mark("lines", list: true)]], "only_with": ["words"]],
                ["argument": ["parts": ["/in/file/", mark("kept")]], "only_with": ["file"]], "plain",
            ]
        )
        #expect(step["stdin"] == ["text": ["parts": [mark("said", computed: true)]]])
        #expect(step["files"] == [["path": "/in/file/"]])
        #expect(plan.json["outputs"] == ["said": ["waits_for": ["said"]]])
        // A value that looks like a mark stays text.
        try workflow("  - { step_id: a, tool: shout, parameter_mappings: { text: name } }")
        #expect(json(try await self.plan("name=‹said›"))["command"] == ["shout", "--text=‹said›", "plain"])
    }

    @Test
    func `Guards have their answer where it is known, and skipped steps leave defaults`() async throws {
        try workflow(
            """
              - { step_id: a, tool: shout, when: flag, output_mappings: { said: { variable: said, default: nothing }, count: many } }
              - { step_id: b, tool: shout, when: { "==": [ { var: said }, nothing ] }, parameter_mappings: { text: said, times: many }, output_mappings: { said: later } }
              - { step_id: c, tool: shout, when: { "!": { var: later } } }
              - { step_id: d, tool: shout, when: { and: [ { var: flag }, { var: later } ] } }
              - { step_id: e, tool: shout, when: { "!": { var: job.failed_steps } } }
            """
        )
        let plan = try await plan()
        #expect(json(plan)["skipped"] == true && json(plan)["when"] == ["rule": "flag", "holds": false])
        #expect(json(plan)["command"] == nil)
        #expect(json(plan, 1)["when"]?["holds"] == true)
        #expect(json(plan, 1)["command"] == ["shout", "--text=nothing", "plain"])
        #expect(json(plan, 2)["when"]?["waits_for"] == ["later"] && json(plan, 2)["skipped"] == false)
        // `and` ends at the flag, so that the unknown one is never looked at.
        #expect(json(plan, 3)["when"]?["holds"] == false && json(plan, 3)["skipped"] == true)
        #expect(json(plan, 4)["when"]?["waits_for"] == ["job"])
        #expect(plan.json["estimated_cost"] == "0.75")
        #expect(json(try await self.plan("flag=true"))["when"]?["holds"] == true)
    }

    @Test
    func `A loop says how many items there are, and shows the first`() async throws {
        try workflow(
            """
              - { step_id: a, tool: shout, for_each: { items: list, as: word, max_parallel: 2 }, parameter_mappings: { text: word, times: { var: item_index } }, output_mappings: { said: all } }
              - { step_id: b, tool: shout, for_each: { items: all, as: word }, parameter_mappings: { text: word } }
            """,
            outputs: "[all]"
        )
        let plan = try await plan()
        #expect(json(plan)["for_each"] == ["source": "list", "as": "word", "max_parallel": 2, "count": 3])
        #expect(json(plan)["command"] == ["shout", "--text=a", "-n", "0", "plain"])
        #expect(json(plan)["estimated_cost"] == "0.75")
        #expect(json(plan, 1)["for_each"]?["waits_for"] == ["all"])
        #expect(json(plan, 1)["command"]?.arrayValue?[1]["parts"]?.arrayValue?.last?["waits_for"] == ["word"])
        #expect(plan.json["estimated_cost"] == "1.00" && plan.json["estimated_cost_is_least"] == true)
        let empty = try await self.plan("list=[]")
        #expect(json(empty)["for_each"]?["count"] == 0 && json(empty)["command"] == nil)
        #expect(json(empty, 1)["for_each"]?["count"] == 0)
        #expect(empty.json["outputs"] == ["all": ["value": []]])
        #expect(empty.json["estimated_cost"] == nil)
    }

    @Test
    func `A called workflow is planned with what it would be given`() async throws {
        try workflow(
            "  - { step_id: deep, tool: shout, parameter_mappings: { text: doc, times: number }, output_mappings: { said: result } }",
            id: "inner",
            outputs: "[result]",
            inputs: "  - { variable_id: doc, required: true, schema: { type: string } }\n"
                + "  - { variable_id: number, default: 7, schema: { type: integer } }"
        )
        try workflow(
            """
              - { step_id: a, workflow: inner, parameter_mappings: { doc: name }, output_mappings: { result: first } }
              - { step_id: b, workflow: inner, parameter_mappings: { doc: first } }
            """
        )
        let plan = try await plan()
        #expect(json(plan)["called_workflow_id"] == "inner")
        let inner = json(plan)["workflow"]
        #expect(inner?["inputs"] == ["doc": ["value": "Ann"], "number": ["value": 7]])
        #expect(inner?["steps"]?.arrayValue?.first?["command"] == ["shout", "--text=Ann", "-n", "7", "plain"])
        let second = json(plan, 1)["workflow"]
        #expect(second?["inputs"]?["doc"] == ["waits_for": ["first"]])
        #expect(
            second?["steps"]?.arrayValue?.first?["command"]?.arrayValue?[1]["parts"]?.arrayValue?.last?["waits_for"]
                == ["doc"]
        )
        #expect(plan.json["estimated_cost"] == "0.50" && plan.failingSteps.isEmpty)
    }

    @Test
    func `What would keep a step from starting is found before, in called workflows as well`() async throws {
        try workflow(
            "  - { step_id: deep, tool: shout, parameter_mappings: { text: { var: thing }, times: number } }",
            id: "inner",
            inputs:
                "  - { variable_id: number, schema: { maximum: 5 } }\n  - { variable_id: thing, default: [5], schema: {} }"
        )
        try workflow(
            """
              - { step_id: a, tool: shout, parameter_mappings: { times: thing }, output_mappings: { said: said } }
              - { step_id: b, workflow: inner, parameter_mappings: { number: { "+": [ 4, 4 ] } } }
              - { step_id: c, tool: shout, for_each: { items: thing, as: one }, parameter_mappings: { text: one } }
            """,
            inputs: "  - { variable_id: thing, default: many, schema: {} }"
        )
        let plan = try await plan()
        #expect(plan.failingSteps == ["a", "b", "b/deep", "c"])
        #expect(plan.steps[0].problems.first?.contains("parameter times") == true)
        #expect(plan.steps[1].problems.first?.contains("its input number must") == true, "\(plan.steps[1].problems)")
        #expect(plan.steps[2].problems.first?.contains("`for_each` needs a list") == true)
    }

    @Test
    func `Steps of finally come last, with the ends that they run after`() async throws {
        try workflow("  - { step_id: a, tool: shout }\nfinally:\n  - { step_id: z, tool: shout, run_on: [failure] }")
        let plan = try await plan()
        #expect(json(plan, 1)["finally"] == true && json(plan, 1)["run_on"] == ["failure"])
        #expect(json(plan, 1)["command"] == ["shout", "--text=", "plain"])
    }

    @Test
    func `Who may not make jobs may not plan them`() async throws {
        try workflow("  - { step_id: a, tool: shout }")
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        let checked = try Catalog(project).workflow(WorkflowID("work"))
        await #expect {
            try await RunPlanner(project).plan(checked, inputs: [], as: Actor(id: "eve", scopes: [.read]))
        } throws: { ($0 as? JobError)?.code == .permissionDenied }
    }
}
