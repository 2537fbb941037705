internal import LockstepJSON
internal import LockstepModel

/// The schema of the files with tests of workflows.
struct TestFileSchema {
    let registry: EditorRegistry
    var definitions: JSONObject = [
        "name": CommonParts.name, "duration": CommonParts.duration, "rule": CommonParts.rule,
        "operand": CommonParts.operand, "path_or_file": file(isContent: false),
        "content_or_file": file(isContent: true),
        "fails": StubPart.failure(successCodes: [0]), "outcome": .object(StubPart.outcome()),
        "stub": StubPart.stub(outcome: "outcome"), "loop_stub": StubPart.loopStub(of: "stub"),
        "expected": ExpectationPart.expected, "step": ExpectationPart.step(), "case": testCase,
    ]

    static func document(_ registry: EditorRegistry) -> JSONValue {
        var schema = Self(registry: registry)
        let rules = schema.rules()
        return SchemaPart.document("Tests of a Lockstep workflow", schema.root(rules), definitions: schema.definitions)
    }

    private init(registry: EditorRegistry) {
        self.registry = registry
    }

    private func root(_ rules: [JSONValue]) -> JSONValue {
        SchemaPart.object(
            nil,
            [
                "test_id": SchemaPart.reference("name", "The same as the name of the file."),
                "workflow": SchemaPart.word(
                    "The workflow that is tested.",
                    oneOf: registry.workflows.map(\.id.rawValue)
                ),
                "description": SchemaPart.text("What the tests are about."),
                "inputs": ["type": "object", "description": "Inputs for every case that does not give its own."],
                "stubs": [
                    "type": "object", "description": "What steps give back in every case that does not say it itself.",
                ],
                "cases": SchemaPart.list("What is tried.", of: SchemaPart.reference("case"), atLeast: 1),
            ],
            required: ["test_id", "workflow", "cases"]
        ).ruled(rules)
    }

    private static let testCase: JSONValue = .object(
        SchemaPart.object(
            "One run of the workflow with stubs in place of its tools.",
            [
                "name": SchemaPart.text("What the case shows; no other case has the name.", pattern: #"\S"#),
                "description": SchemaPart.text("More about it."),
                "inputs": ["type": "object", "description": "What the input variables get, by name or variable_id."],
                "stubs": ["type": "object", "description": "What steps give back instead of running their tools."],
                "expect": ExpectationPart.expectation,
            ],
            required: ["name", "expect"]
        )
    )

    /// How a test gives a file.
    ///
    /// - Parameter isContent: Whether a mere text is the file's content, and not its path.
    private static func file(isContent: Bool) -> JSONValue {
        let about = isContent ? "The content of the file." : "The path of the file, from the folder of the test file."
        let long = SchemaPart.object(
            "A file with a name and a type of its own.",
            [
                "content": SchemaPart.text("The text in it."),
                "file": SchemaPart.text("The path of a file with its content, from the folder of the test file."),
                "name": SchemaPart.text("Its name, without folders.", pattern: #"^(?!\.{1,2}$)[^/]+$"#),
                "mime_type": SchemaPart.text("What it is taken for.", examples: ["text/plain"]),
            ]
        ).ruled([["oneOf": [SchemaPart.having("content"), SchemaPart.having("file")]]])
        return ["anyOf": [SchemaPart.text(about), long]]
    }

    // MARK: - The project's own

    /// One rule for each workflow.
    private mutating func rules() -> [JSONValue] {
        var rules: [JSONValue] = []
        for case (let id, let workflow?) in registry.workflows {
            guard let scope = TestedScope(workflow, registry) else { continue }
            let name = "workflow:\(id)"
            definitions[name] = file(for: scope, name)
            rules.append(
                SchemaPart.rule(
                    if: SchemaPart.having("workflow", .string(id.rawValue)),
                    then: SchemaPart.reference(name)
                )
            )
        }
        return rules
    }

    private mutating func file(for scope: TestedScope, _ name: String) -> JSONValue {
        definitions["\(name):inputs"] = inputs(of: scope, name)
        definitions["\(name):stubs"] = stubs(of: scope)
        let steps = steps(of: scope)
        let both: JSONObject = [
            "inputs": SchemaPart.reference("\(name):inputs"), "stubs": SchemaPart.reference("\(name):stubs"),
        ]
        let expect: JSONValue = [
            "properties": [
                "steps": steps, "variables": Self.expected(scope.variables),
                "outputs": Self.expected(scope.workflow.outputs),
            ]
        ]
        let cases: JSONValue = ["items": ["properties": .object(both.with(["expect": expect]))]]
        return ["properties": .object(both.with(["cases": cases]))]
    }

    private static func expected(_ names: [String]) -> JSONValue {
        .object(SchemaPart.object(nil, JSONObject(names.map { ($0, SchemaPart.reference("expected")) })))
    }

    private mutating func inputs(of scope: TestedScope, _ owner: String) -> JSONValue {
        var members = JSONObject()
        for variable in scope.workflow.inputVariables {
            let value = input(variable, "\(owner):in:\(variable.id)")
            for name in [variable.id, variable.name] where members[name] == nil { members[name] = value }
        }
        return .object(SchemaPart.object(nil, members))
    }

    private mutating func input(_ variable: InputVariable, _ name: String) -> JSONValue {
        var object = JSONObject()
        if !variable.description.isEmpty { object["description"] = .string(variable.description) }
        if variable.schema.isFile {
            object["allOf"] = [SchemaPart.reference("path_or_file")]
        } else if variable.schema.isFileList {
            object["items"] = SchemaPart.reference("path_or_file")
        } else {
            // A case may show that a value is refused, so what fits is only offered.
            definitions[name] = DraftSevenSchema.json(of: variable.schema, as: name)
            object["anyOf"] = [SchemaPart.reference(name), [:]]
        }
        return .object(object)
    }

    // MARK: - Stubs

    private mutating func stubs(of scope: TestedScope) -> JSONValue {
        var members = JSONObject()
        var patterns = JSONObject()
        for step in scope.workflow.allSteps {
            let id = step.id.rawValue
            if let tool = scope.tool(of: step) {
                members[id] = stub(of: tool, for: [step], isLoop: step.loop != nil)
                if step.loop != nil {
                    patterns[scope.itemPattern(of: step)] = stub(of: tool, for: [step], isLoop: false)
                }
            } else if step.calledWorkflow != nil {
                patterns[scope.innerPattern(of: step)] = ["anyOf": [SchemaPart.reference("loop_stub")]]
            }
        }
        let ids = Set(scope.workflow.allSteps.map(\.id.rawValue))
        let users = Dictionary(grouping: scope.workflow.allSteps) { $0.tool?.id }
        for tool in scope.tools where !ids.contains(tool.id.rawValue) {
            let steps = users[tool.id] ?? []
            members[tool.id.rawValue] = stub(of: tool, for: steps, isLoop: steps.contains { $0.loop != nil })
        }
        var object = SchemaPart.object(nil, members)
        if !patterns.isEmpty { object["patternProperties"] = .object(patterns) }
        return .object(object)
    }

    /// What may stand in for a tool in these steps.
    private mutating func stub(of tool: Tool, for steps: [WorkflowStep], isLoop: Bool) -> JSONValue {
        let stub = stub(of: tool, isLoop: isLoop)
        let used = Set(steps.flatMap { $0.outputMappings.map(\.output) })
        let needed = tool.outputs.filter { output in
            if case .exitCode = output.source { return false }
            return !output.isOptional && used.contains(output.name) && tool.stub?.contains(output.name) != true
        }
        guard !needed.isEmpty else { return stub }
        let outcome = StubPart.outcome(giving: needed.map(\.name))
        return ["allOf": [stub, StubPart.stub(ofOutcomes: outcome, isLoop: isLoop)]]
    }

    /// A reference to what may stand in for a tool; made when it is first needed.
    private mutating func stub(of tool: Tool, isLoop: Bool) -> JSONValue {
        let name = "stub:\(tool.id)"
        if definitions[name] == nil {
            definitions["outcome:\(tool.id)"] = outcome(of: tool)
            definitions[name] = StubPart.stub(outcome: "outcome:\(tool.id)")
            definitions["\(name):items"] = StubPart.loopStub(of: name)
        }
        return SchemaPart.reference(isLoop ? "\(name):items" : name)
    }

    private mutating func outcome(of tool: Tool) -> JSONValue {
        var outputs = JSONObject()
        for output in tool.outputs {
            var object = JSONObject()
            if !output.description.isEmpty { object["description"] = .string(output.description) }
            object["anyOf"] = .array(values(of: output, "stub:\(tool.id):\(output.name)"))
            outputs[output.name] = .object(object)
        }
        let codes = tool.successExitCodes.sorted()
        return .object(StubPart.outcome(outputs: outputs, successCodes: codes))
    }

    /// The values that a stub may give for an output.
    private mutating func values(of output: Output, _ name: String) -> [JSONValue] {
        let missing: [JSONValue] = output.isOptional ? [["type": "null"]] : []
        if output.schema.isFileList {
            let list = SchemaPart.list(
                of: SchemaPart.reference("content_or_file"),
                atLeast: output.schema.minItems ?? 1,
                atMost: output.schema.maxItems
            )
            return [list] + missing
        }
        if output.isStoredFile { return [SchemaPart.reference("content_or_file")] + missing }
        definitions[name] = DraftSevenSchema.json(of: output.schema, as: name)
        return [SchemaPart.reference(name)] + missing
    }

    // MARK: - Steps that are looked at

    private mutating func steps(of scope: TestedScope) -> JSONValue {
        var members = JSONObject()
        var patterns = JSONObject()
        for step in scope.workflow.allSteps {
            let kind: ExpectationPart.StepKind
            if let tool = scope.tool(of: step) {
                let name = "step:\(tool.id)"
                if definitions[name] == nil { definitions[name] = ExpectationPart.names(of: tool) }
                kind = .tool(SchemaPart.reference(name))
            } else {
                kind = .call
            }
            members[step.id.rawValue] = ExpectationPart.step(kind, isLoop: step.loop != nil)
            if step.loop != nil { patterns[scope.itemPattern(of: step)] = ExpectationPart.step(kind, isLoop: false) }
            if step.calledWorkflow != nil { patterns[scope.innerPattern(of: step)] = SchemaPart.reference("step") }
        }
        var object = SchemaPart.object(nil, members)
        if !patterns.isEmpty { object["patternProperties"] = .object(patterns) }
        return .object(object)
    }
}
