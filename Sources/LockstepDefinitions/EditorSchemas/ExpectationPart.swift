internal import LockstepJSON
internal import LockstepModel

/// What a case of a test wants.
enum ExpectationPart {
    private static let value = SchemaPart.reference("expected")

    /// A value, or an object that says what a value is like.
    static var expected: JSONValue {
        let matchers: [JSONValue] = [
            matcher("any", ["const": true]), matcher("absent", ["const": true]), matcher("contains", value),
            matcher("matches", ["type": "string"]),
        ]
        let near: JSONValue = [
            "if": ["required": ["near"], "propertyNames": ["enum": ["near", "within"]]],
            "then": ["properties": ["near": ["type": "number"], "within": ["type": "number", "minimum": 0]]],
            "else": ["if": isPlain, "then": ["additionalProperties": value]],
        ]
        return [
            "if": ["type": "object"], "then": ["allOf": .array(matchers + [near])],
            "else": ["if": ["type": "array"], "then": ["items": value]],
        ]
    }

    /// Objects with one member of this name.
    private static func matcher(_ name: String, _ value: JSONValue) -> JSONValue {
        [
            "if": ["required": [.string(name)], "maxProperties": 1],
            "then": ["properties": [name: value]],
        ]
    }

    /// Objects that are no matchers; what `exactly` and `value` hold is not looked into.
    private static let isPlain: JSONValue = [
        "not": [
            "maxProperties": 1, "minProperties": 1,
            "propertyNames": ["enum": ["exactly", "value", "any", "absent", "contains", "matches"]],
        ]
    ]

    // MARK: - The job

    static var expectation: JSONValue {
        let states = CaseExpectation.State.allCases.map(\.rawValue)
        let refused = SchemaPart.rule(
            if: SchemaPart.having("state", "refused"),
            then: ["properties": ["steps": false, "variables": false, "outputs": false]]
        )
        let completed = SchemaPart.rule(
            if: ["properties": ["state": ["const": "completed"]]],
            then: ["properties": ["error_code": false, "error_message": false]]
        )
        return SchemaPart.object(
            "What the job comes to; what is not named may be anything.",
            [
                "state": SchemaPart.word("How the job ends.", oneOf: states, default: "completed"),
                "error_code": errorCode,
                "error_message": described("The message of the job's error."),
                "steps": [
                    "type": "object",
                    "description": "What becomes of steps, by address: `analyze`, `ocr[2]`, `call/analyze`.",
                ],
                "variables": ["type": "object", "description": "What variables hold in the end."],
                "outputs": ["type": "object", "description": "What the job gives back."],
            ]
        ).ruled([refused, completed])
    }

    private static var errorCode: JSONValue {
        [
            "description": "The code of the error.",
            "anyOf": [
                SchemaPart.word(oneOf: JobErrorCode.allCases.map(\.rawValue)),
                ["not": ["type": "string"], "allOf": [value]],
            ],
        ]
    }

    private static func described(_ about: String) -> JSONValue { SchemaPart.reference("expected", about) }

    // MARK: - Steps

    enum StepKind {
        /// Runs a tool, whose names a reference leads to.
        case tool(JSONValue)
        /// Calls a workflow.
        case call
    }

    /// What is expected of any step.
    static func step() -> JSONValue {
        let object: JSONValue = ["type": "object", "additionalProperties": value]
        return .object(
            SchemaPart.object(
                "What becomes of a step; what is not named may be anything.",
                [
                    "status": [
                        "description": "How the step ends.",
                        "anyOf": [
                            SchemaPart.word(oneOf: StepStatus.allCases.map(\.rawValue)),
                            ["not": ["type": "string"], "allOf": [value]],
                        ],
                    ],
                    "parameters": ["description": "What the tool's parameters get.", "allOf": [object]],
                    "command": described("The program and its arguments."),
                    "stdin": described("What it reads on standard input, as text."),
                    "env": described("The tool's own environment variables."),
                    "attempts": described("How often the tool is started."),
                    "outputs": ["description": "What the step makes.", "allOf": [object]],
                    "error_code": errorCode,
                    "error_message": described("The message of the step's error."),
                    "items": described("The counts of a loop: total, completed, failed."),
                ]
            )
        )
    }

    /// What is expected of a certain step.
    ///
    /// - Parameter isLoop: Whether the address means all items of a step with `for_each`.
    static func step(_ kind: StepKind, isLoop: Bool) -> JSONValue {
        var refused: [String] = isLoop ? ["parameters", "command", "stdin", "env", "attempts"] : ["items"]
        var parts = [SchemaPart.reference("step")]
        switch kind {
        case .tool(let names): parts.append(names)
        case .call: refused += ["parameters", "command", "stdin", "env", "attempts", "outputs"]
        }
        return [
            "allOf": .array(parts), "properties": .object(JSONObject(refused.map { ($0, false) })),
        ]
    }

    /// The parameters and outputs that a tool has.
    static func names(of tool: Tool) -> JSONValue {
        func members(_ entries: [(name: String, about: String)]) -> JSONValue {
            let schemas = entries.map { name, about in
                (name, about.isEmpty ? value : SchemaPart.reference("expected", about))
            }
            return .object(SchemaPart.object(nil, JSONObject(schemas)))
        }
        return [
            "properties": [
                "parameters": members(tool.parameters.map { ($0.name, $0.description) }),
                "outputs": members(tool.outputs.map { ($0.name, $0.description) }),
            ]
        ]
    }
}
