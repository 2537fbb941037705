internal import LockstepJSON
internal import LockstepModel

/// What stands in for a tool in a test.
enum StubPart {
    /// One outcome of a call.
    ///
    /// - Parameters:
    ///   - outputs: The schema of each output; nil when they are not known.
    ///   - successCodes: The exit codes that mean success, sorted; nil when they are not known.
    static func outcome(outputs: JSONObject? = nil, successCodes: [Int32]? = nil) -> JSONObject {
        var given: JSONObject = ["type": "object", "description": "What the tool makes."]
        if let outputs { given = SchemaPart.object("What the tool makes.", outputs) }
        let codes = successCodes ?? []
        let isUsual = codes == [0]
        var object = SchemaPart.object(
            "What a call comes to.",
            [
                "when": [
                    "description": "A rule over the parameters, `attempt` and `item_index`: the calls that it is for.",
                    "allOf": [SchemaPart.reference("operand")],
                ],
                "outputs": .object(given),
                "exit_code": exitCode(codes),
                "fails": isUsual ? SchemaPart.reference("fails") : failure(successCodes: codes),
                "cancels": ["const": true, "description": "Somebody cancels the job while the step runs."],
                "times": SchemaPart.count("How many calls it is for.", 1...1_000_000),
                "takes": SchemaPart.reference("duration", "How long the step seems to run."),
            ]
        )
        object["dependencies"] = ["cancels": ["properties": ["outputs": false, "fails": false, "exit_code": false]]]
        return object
    }

    private static func exitCode(_ codes: [Int32]) -> JSONValue {
        let about = "An exit code that means success."
        guard !codes.isEmpty else { return SchemaPart.count(about, 0...255) }
        return ["description": .string(about), "enum": .array(codes.map { .integer(Int64($0)) })]
    }

    /// How a call fails.
    static func failure(successCodes codes: [Int32]) -> JSONValue {
        let words = StubFailure.Limit.allCases.map(\.rawValue)
        var exitCode = SchemaPart.count("The exit code; 1, without it.", 0...255).objectValue ?? JSONObject()
        if !codes.isEmpty { exitCode["not"] = ["enum": .array(codes.map { .integer(Int64($0)) })] }
        let causes = ["exit_code", "signal", "reason"]
        let long = SchemaPart.object(
            nil,
            [
                "exit_code": .object(exitCode),
                "signal": SchemaPart.count("The number of the signal that ends it.", 1...64),
                "reason": SchemaPart.word("The limit that ends it.", oneOf: words),
                "message": SchemaPart.text("What it writes to standard error."),
            ]
        )
        let pairs: [JSONValue] = [[0, 1], [0, 2], [1, 2]].map { pair in
            ["not": ["required": SchemaPart.texts(pair.map { causes[$0] })]]
        }
        return [
            "description": "The call fails: true, what it writes to standard error, or how.",
            "anyOf": [["const": true], ["type": "string"], long.ruled(pairs)],
        ]
    }

    /// One outcome, or several in order.
    static func stub(outcome name: String) -> JSONValue {
        let outcome = SchemaPart.reference(name)
        return [
            "if": ["type": "array"], "then": ["minItems": 1, "items": outcome], "else": outcome,
        ]
    }

    /// The stub of a step with `for_each`, which may have one for each item.
    static func loopStub(of name: String) -> JSONValue {
        let stub = SchemaPart.reference(name)
        return [
            "if": ["type": "object", "required": ["items"], "maxProperties": 1],
            "then": [
                "properties": ["items": ["type": "array", "description": "A stub for each item.", "items": stub]]
            ],
            "else": stub,
        ]
    }

    // MARK: - What must be given

    /// Outcomes that give what steps use; a schema beside ``outcome(outputs:successCodes:)``.
    ///
    /// - Parameter needed: The outputs that a success needs.
    static func outcome(giving needed: [String]) -> JSONValue {
        let given: JSONValue = ["properties": ["outputs": ["required": SchemaPart.texts(needed)]]]
        // A step that takes longer than it may makes nothing.
        let others = ["fails", "takes", "cancels"].map(SchemaPart.having)
        return [
            "if": ["anyOf": .array([["not": ["type": "object"]], SchemaPart.having("outputs")])],
            "then": given, "else": ["anyOf": .array(others)],
        ]
    }

    /// A stub whose outcomes are all of a kind.
    static func stub(ofOutcomes outcome: JSONValue, isLoop: Bool) -> JSONValue {
        let stub: JSONValue = ["if": ["type": "array"], "then": ["items": outcome], "else": outcome]
        guard isLoop else { return stub }
        return [
            "if": ["type": "object", "required": ["items"], "maxProperties": 1],
            "then": ["properties": ["items": ["items": stub]]], "else": stub,
        ]
    }
}
