import LockstepDefinitions
import LockstepJSON
import LockstepModel

/// Workflows for pictures.
enum FlowSample {
    /// What in each kind of picture could be taken for syntax, or could hide or reorder text.
    static let hostile = "a\"b'<b>&amp;]]>)|\\n`#35;%%{\n\u{202E}evil\u{200F}\u{1B}[31m\u{0}--> \u{FFFE}漢字"

    /// Two steps, one value between them.
    static var pair: Workflow {
        get throws {
            try workflow(
                """
                {"workflow_id": "pair", "name": "Pair", "version": "1.0.0", "description": "Two steps.",
                 "input_variables": [{"variable_id": "doc", "required": true, "schema": {"type": "file"}},
                                     {"variable_id": "depth", "default": "basic", "schema": {"type": "string"}}],
                 "steps": [{"step_id": "read", "tool": "reader", "parameter_mappings": {"file": "doc"},
                            "output_mappings": {"text": "words"}},
                           {"step_id": "count", "tool": "counter", "parameter_mappings": {"words": "words", "depth": "depth"},
                            "output_mappings": {"number": "count"}}],
                 "outputs": ["count"]}
                """
            )
        }
    }

    /// Everything that a step can say: guard, loop, retry, tolerated failure, call, `finally`.
    static var flow: Workflow {
        get throws {
            try workflow(
                """
                {"workflow_id": "flow", "name": "Flow", "version": "2.1.0",
                 "input_variables": [{"variable_id": "doc", "required": true, "schema": {"type": "file"}},
                                     {"variable_id": "loud", "default": false, "schema": {"type": "boolean"}}],
                 "steps": [{"step_id": "split", "tool": "splitter", "parameter_mappings": {"file": "doc"},
                            "output_mappings": {"pages": "pages", "title": "title"}, "timeout": "5m"},
                           {"step_id": "ocr", "tool": "ocr", "for_each": {"items": "pages", "as": "page", "max_parallel": 3},
                            "parameter_mappings": {"page": "page", "at": {"var": "item_index"}, "title": "title"},
                            "output_mappings": {"text": "texts"}, "retry": {"max_attempts": 4}, "on_failure": "continue"},
                           {"step_id": "check", "workflow": "inner", "when": {"and": [{"var": "loud"}, {"var": "texts"}]},
                            "parameter_mappings": {"doc": {"cat": [{"var": "texts"}, {"var": "title"}]}},
                            "output_mappings": {"result": {"variable": "verdict", "default": null}}},
                           {"step_id": "all", "tool": "keeper", "parameter_mappings": {"everything": {"var": ""}}}],
                 "finally": [{"step_id": "tell", "tool": "teller", "run_on": ["failure", "cancel"],
                              "parameter_mappings": {"text": {"cat": [{"var": "job.error_message"}, {"var": "verdict"}]}}}],
                 "outputs": ["verdict", "texts"]}
                """
            )
        }
    }

    /// Many steps, each of which reads what some before it made, in a fixed disorder.
    static func long(_ count: Int) throws -> Workflow {
        let steps = (0..<count).map { number in
            // Sources near and far, the same for each run.
            let reads =
                number == 0 ? [] : [("q", number * number * 5 / 7 % number), ("r", number - 1), ("s", number / 3)]
            let mappings = [("first", "start")] + reads.map { ($0.0, "v\($0.1)") }
            return """
                {"step_id": "step_\(number)", "tool": "tool_\(number % 9)",
                 "parameter_mappings": {\(mappings.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ", "))},
                 "output_mappings": {"made": "v\(number)"}}
                """
        }
        return try workflow(
            """
            {"workflow_id": "long", "name": "Long", "version": "1.0.0",
             "input_variables": [{"variable_id": "start", "default": 1, "schema": {}}],
             "steps": [\(steps.joined(separator: ","))], "outputs": ["v\(count - 1)", "v0"]}
            """
        )
    }

    /// Names that no file can have, because files are checked.
    static var hostileNames: Workflow {
        let made = OutputMapping(hostile, hostile)
        return Workflow(
            id: WorkflowID(hostile),
            name: hostile,
            version: hostile,
            description: hostile,
            inputVariables: [InputVariable(id: "in" + hostile, schema: ValueSchema())],
            steps: [
                WorkflowStep(
                    id: StepID(hostile),
                    work: .tool(ToolReference(id: ToolID(hostile))),
                    parameterMappings: [ParameterMapping(hostile, .variable("in" + hostile))],
                    outputMappings: [made],
                    condition: .literal(.string(hostile))
                ),
                WorkflowStep(
                    id: StepID("2" + hostile),
                    work: .workflow(WorkflowID(hostile)),
                    parameterMappings: [ParameterMapping("p", .variable(hostile))],
                    condition: .variable("in" + hostile)
                ),
            ],
            outputs: [hostile]
        )
    }

    static func workflow(_ json: String) throws -> Workflow { try Workflow(definition: try JSONValue(parsing: json)) }
}
