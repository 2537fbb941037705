internal import LockstepJSON
internal import LockstepModel

/// The schema of workflow files.
struct WorkflowFileSchema {
    private let registry: EditorRegistry
    private(set) var definitions: JSONObject = [
        "name": CommonParts.name, "variable": CommonParts.variable,
        "variable_name": CommonParts.variableName, "variable_or_object": CommonParts.variableOrObject,
        "duration": CommonParts.duration,
        "rule": CommonParts.rule, "operand": CommonParts.operand, "mapping": CommonParts.mapping,
        "condition": CommonParts.condition, "schema": ValueSchemaPart.definition,
    ]

    static func document(_ registry: EditorRegistry) -> JSONValue {
        var schema = Self(registry: registry)
        schema.define()
        return SchemaPart.document("A Lockstep workflow", schema.root, definitions: schema.definitions)
    }

    private init(registry: EditorRegistry) {
        self.registry = registry
    }

    private mutating func define() {
        definitions["input_variable"] = Self.inputVariable
        definitions["output_mapping"] = Self.outputMapping
        definitions["for_each"] = Self.loop
        definitions["retry"] = Self.retry
        definitions["schedule"] = SchedulePart.definition
        definitions["tool"] = toolReference
        definitions["workflow"] = workflowReference
        definitions["step"] = step(isFinal: false)
        definitions["final_step"] = step(isFinal: true)
        definitions["interfaces"] = ["allOf": .array(interfaces())]
    }

    // MARK: - The file

    private var root: JSONValue {
        .object(
            SchemaPart.object(
                nil,
                [
                    "workflow_id": SchemaPart.reference("name", "The same as the name of the file."),
                    "name": SchemaPart.text("What people call the workflow."),
                    "version": SchemaPart.text(
                        "The version, in quotes when it could be a number.",
                        examples: ["1.0.0"]
                    ),
                    "description": SchemaPart.text("What it is for."),
                    "input_variables": SchemaPart.list(
                        "What whoever runs it gives.",
                        of: SchemaPart.reference("input_variable")
                    ),
                    "steps": SchemaPart.list(
                        "What is done, one after the other.",
                        of: SchemaPart.reference("step"),
                        atLeast: 1
                    ),
                    "finally": SchemaPart.list(
                        "Steps that run when the others are over, however they ended.",
                        of: SchemaPart.reference("final_step")
                    ),
                    "outputs": [
                        "type": "array",
                        "description": "The variables that a job gives back; without it, all that steps make.",
                        "items": SchemaPart.reference("variable_name"), "uniqueItems": true,
                    ],
                    "timeout": SchemaPart.reference("duration", "How long a run may take, unless the job says it."),
                    "schedules": SchemaPart.list(
                        "When it runs by itself, while `lockstep serve` does.",
                        of: SchemaPart.reference("schedule")
                    ),
                ],
                required: ["workflow_id", "name", "version", "steps"]
            )
        )
    }

    private static let inputVariable: JSONValue = .object(
        SchemaPart.object(
            "A variable whose value comes from whoever starts the job.",
            [
                "variable_id": SchemaPart.reference("variable", "The name that mappings use."),
                "name": SchemaPart.text("The name that people use; the variable_id when there is none."),
                "description": SchemaPart.text("What is to be given."),
                "required": SchemaPart.flag("Whether a job needs a value.", default: false),
                "default": ["description": "The value when none is given; it fits the schema."],
                "schema": SchemaPart.reference("schema", "What values are allowed; any, without one."),
            ],
            required: ["variable_id"]
        )
    )

    // MARK: - Steps

    private func step(isFinal: Bool) -> JSONValue {
        var members: JSONObject = [
            "step_id": SchemaPart.reference("name", "A name that no other step of the workflow has."),
            "tool": SchemaPart.reference("tool", "The tool that the step runs."),
            "workflow": SchemaPart.reference("workflow", "The workflow that the step runs, as a job of its own."),
            "when": SchemaPart.reference(
                "condition",
                "The step is skipped when this is false, empty, 0 or null: a rule, or a variable."
            ),
            "parameter_mappings": SchemaPart.entries(
                "What each parameter gets: a variable, a value, or a rule.",
                SchemaPart.reference("mapping")
            ),
            "output_mappings": SchemaPart.entries(
                "The variable that each output becomes.",
                SchemaPart.reference("output_mapping")
            ),
            "timeout": SchemaPart.reference(
                "duration",
                "How long an attempt may take, in place of the tool's own limit."
            ),
            "retry": SchemaPart.reference("retry", "When a failed attempt is followed by another one."),
        ]
        if isFinal {
            members["run_on"] = SchemaPart.list(
                "The ends of the job for which the step runs; all, without it.",
                of: SchemaPart.word(oneOf: JobEnd.allCases.map(\.rawValue)),
                atLeast: 1
            )
        } else {
            members["for_each"] = SchemaPart.reference("for_each", "Runs the step once for each item of a list.")
            members["on_failure"] = SchemaPart.word(
                "What becomes of the job when the step fails.",
                oneOf: StepFailurePolicy.allCases.map(\.rawValue),
                default: StepFailurePolicy.fail.rawValue
            )
        }
        let about = isFinal ? "A step that runs when the others are over." : "One use of a tool or of another workflow."
        let kind: JSONValue = [
            "if": SchemaPart.having("workflow"),
            "then": ["properties": ["tool": false, "retry": false, "timeout": false]],
            "else": ["required": ["tool"]],
        ]
        return SchemaPart.object(about, members, required: ["step_id"]).ruled([
            kind, SchemaPart.reference("interfaces"),
        ])
    }

    private static let loop: JSONValue = {
        let items: JSONValue = [
            "anyOf": [
                ["type": ["string", "array", "null"]], SchemaPart.reference("rule"),
                CommonParts.marked(["type": ["array", "null"]]),
            ]
        ]
        let lines: JSONValue = [
            "anyOf": [
                ["type": ["string", "null"]], SchemaPart.reference("rule"),
                CommonParts.marked(["type": ["string", "null"]]),
            ]
        ]
        return SchemaPart.object(
            nil,
            [
                "items": ["description": "The list: a variable, a rule, or a list.", "allOf": [items]],
                "lines": ["description": "A text whose lines are the items: a variable or a rule.", "allOf": [lines]],
                "as": [
                    "description": "The variable that holds the item.", "allOf": [SchemaPart.reference("variable")],
                    "default": "item",
                ],
                "max_parallel": SchemaPart.count(
                    "How many items are worked on at once.",
                    StepLoop.parallelRange,
                    default: 1
                ),
            ]
        ).ruled([["oneOf": [SchemaPart.having("items"), SchemaPart.having("lines")]]])
    }()

    private static let retry: JSONValue = {
        let usual = StepRetryPolicy()
        return .object(
            SchemaPart.object(
                nil,
                [
                    "max_attempts": SchemaPart.count(
                        "How often the step is tried, the first time included.",
                        StepRetryPolicy.attemptRange
                    ),
                    "backoff": SchemaPart.reference(
                        "duration",
                        "The wait after the first failure.",
                        default: .string(usual.backoff.description)
                    ),
                    "factor": SchemaPart.number(
                        "How many times longer each further wait is.",
                        StepRetryPolicy.factorRange,
                        default: usual.factor
                    ),
                    "max_backoff": SchemaPart.reference(
                        "duration",
                        "The longest wait.",
                        default: .string(usual.maxBackoff.description)
                    ),
                    "jitter": SchemaPart.number(
                        "The largest share of a wait that is taken off.",
                        0...1,
                        default: usual.jitter
                    ),
                    "on_exit_codes": SchemaPart.list(
                        "The only exit codes that are tried again; all, without it.",
                        of: SchemaPart.count("An exit code that means failure.", 1...255),
                        atLeast: 1
                    ),
                ],
                required: ["max_attempts"]
            )
        )
    }()

    private static let outputMapping: JSONValue = {
        let long = SchemaPart.object(
            nil,
            [
                "variable": SchemaPart.reference("variable", "The variable that the output becomes."),
                "default": ["description": "What the variable is when the step does not make the output."],
            ],
            required: ["variable"]
        )
        return ["anyOf": [SchemaPart.reference("variable"), .object(long)]]
    }()

    // MARK: - The project's own

    private var toolReference: JSONValue {
        let ids = SchemaPart.word(oneOf: registry.tools.map(\.id.rawValue))
        let long = SchemaPart.object(
            nil,
            [
                "tool_id": ids,
                "version": SchemaPart.text("`1` accepts any 1.x.y, `1.2` any 1.2.y.", examples: ["1", "1.2"]),
            ],
            required: ["tool_id"]
        )
        return ["anyOf": [ids, .object(long)]]
    }

    private var workflowReference: JSONValue { SchemaPart.word(oneOf: registry.workflows.map(\.id.rawValue)) }

    /// One rule for each tool and each workflow: what its steps may map.
    private mutating func interfaces() -> [JSONValue] {
        var rules: [JSONValue] = []
        for case (let id, let tool?) in registry.tools {
            let name = "tool:\(id)"
            definitions[name] = interface(of: tool, name)
            let short: JSONValue = ["const": .string(id.rawValue)]
            let long: JSONValue = [
                "type": "object", "properties": ["tool_id": short], "required": ["tool_id"],
            ]
            let isUsed: JSONValue = ["properties": ["tool": ["anyOf": [short, long]]], "required": ["tool"]]
            rules.append(SchemaPart.rule(if: isUsed, then: SchemaPart.reference(name)))
        }
        for case (let id, let workflow?) in registry.workflows {
            let name = "workflow:\(id)"
            definitions[name] = interface(of: workflow, name)
            let isUsed = SchemaPart.having("workflow", .string(id.rawValue))
            rules.append(SchemaPart.rule(if: isUsed, then: SchemaPart.reference(name)))
        }
        return rules
    }

    private mutating func interface(of tool: Tool, _ name: String) -> JSONValue {
        let inputs = tool.parameters.map { parameter in
            Input(
                name: parameter.name,
                about: parameter.description,
                isNeeded: parameter.isRequired && parameter.defaultValue == nil,
                defaultValue: parameter.defaultValue,
                schema: parameter.schema
            )
        }
        let outputs = tool.outputs.map { (name: $0.name, about: $0.description, schema: Optional($0.schema)) }
        var members = mappings(inputs, outputs, name)
        members["tool"] = ["properties": ["version": SchemaPart.word(oneOf: Self.versions(of: tool))]]
        if !tool.isIdempotent { members["retry"] = false }
        return interface(tool.description, members, inputs)
    }

    private mutating func interface(of workflow: Workflow, _ name: String) -> JSONValue {
        let inputs = workflow.inputVariables.map { variable in
            Input(
                name: variable.id,
                about: variable.description,
                isNeeded: variable.isRequired && variable.defaultValue == nil,
                defaultValue: variable.defaultValue,
                schema: variable.schema
            )
        }
        let outputs = workflow.outputs.map { (name: $0, about: "", schema: ValueSchema?.none) }
        return interface(workflow.description, mappings(inputs, outputs, name), inputs)
    }

    private func interface(_ about: String, _ members: JSONObject, _ inputs: [Input]) -> JSONValue {
        var object: JSONObject = ["properties": .object(members)]
        if !about.isEmpty { object["description"] = .string(about) }
        if inputs.contains(where: \.isNeeded) { object["required"] = ["parameter_mappings"] }
        return .object(object)
    }

    /// The texts that mean the tool's version: each of its beginnings.
    private static func versions(of tool: Tool) -> [String] {
        let parts = tool.version.split(separator: ".", omittingEmptySubsequences: false)
        return parts.indices.map { parts[...$0].joined(separator: ".") }
    }

    /// A parameter of a tool, or an input variable of a called workflow.
    private struct Input {
        let name: String
        let about: String
        let isNeeded: Bool
        let defaultValue: JSONValue?
        let schema: ValueSchema
    }

    private mutating func mappings(
        _ inputs: [Input],
        _ outputs: [(name: String, about: String, schema: ValueSchema?)],
        _ owner: String
    ) -> JSONObject {
        var parameters = JSONObject()
        for input in inputs { parameters[input.name] = mapping(input, owner) }
        var results = JSONObject()
        for output in outputs { results[output.name] = outputMapping(output, owner) }
        let needed = inputs.filter(\.isNeeded).map(\.name)
        return [
            "parameter_mappings": .object(SchemaPart.object(nil, parameters, required: needed)),
            "output_mappings": .object(SchemaPart.object(nil, results)),
        ]
    }

    private mutating func mapping(_ input: Input, _ owner: String) -> JSONValue {
        var object = JSONObject()
        var about = input.about
        if input.isNeeded { about += (about.isEmpty ? "" : " ") + "Required." }
        if !about.isEmpty { object["description"] = .string(about) }
        // Texts are names of variables here, so that a text would mean something else than the tool's own default.
        if let value = input.defaultValue, value.stringValue == nil, value.objectValue == nil {
            object["default"] = value
        }
        // An object is a rule or `{value: …}`; whatever else is no name of a variable is meant as it is.
        object["allOf"] = [SchemaPart.reference("mapping")]
        guard let value = define(input.schema, "\(owner):\(input.name)") else { return .object(object) }
        let types = input.schema.types
        let mayBeFile = !types.isDisjoint(with: [.file, .directory])
        object["properties"] = ["value": mayBeFile ? ["anyOf": [value, ["type": "object"]]] : value]
        let isFile = !types.isEmpty && types.isSubset(of: [.file, .directory])
        object["anyOf"] = .array((isFile ? [] : [value]) + [SchemaPart.reference("variable_or_object")])
        return .object(object)
    }

    private mutating func outputMapping(
        _ output: (name: String, about: String, schema: ValueSchema?),
        _ owner: String
    ) -> JSONValue {
        var object: JSONObject = ["allOf": [SchemaPart.reference("output_mapping")]]
        if !output.about.isEmpty { object["description"] = .string(output.about) }
        if let schema = output.schema, let value = define(schema, "\(owner)::\(output.name)") {
            object["properties"] = ["default": ["anyOf": [value, ["type": "null"]]]]
        }
        return .object(object)
    }

    /// Makes a value schema a definition.
    ///
    /// - Returns: A reference to it; nil when every value fits.
    private mutating func define(_ schema: ValueSchema, _ name: String) -> JSONValue? {
        let json = DraftSevenSchema.json(of: schema, as: name)
        if json == [:] || json == true { return nil }
        definitions[name] = json
        return SchemaPart.reference(name)
    }
}
