/// A project whose workflow `w` has these steps; its tools have an input and an output of each type.
enum FlowProject {
    static let files = [
        "tools-registry/t.yaml": """
        tool_id: t
        name: T
        version: 1.0.0
        command: [x]
        parameters:
          n: { schema: { type: integer } }
          s: { schema: { type: string } }
          mode: { schema: { type: string, enum: [fast, slow] } }
          list: { schema: { type: array, items: { type: string } } }
          flag: { schema: { type: boolean } }
          f: { schema: { type: file } }
          any: {}
        outputs:
          text: { stdout: text, schema: { type: string } }
          count: { stdout: json, schema: { type: integer } }
          words: { stdout: json, schema: { type: array, items: { type: string } } }
          page: { stdout: json, schema: { type: object, properties: { count: { type: integer }, words: { type: array, items: { type: string } } }, additionalProperties: false } }
          perhaps: { stdout: text, optional: true, schema: { type: string } }

        """,
        "tools-registry/need.yaml": """
        tool_id: need
        name: N
        version: 1.0.0
        command: [x]
        parameters: { s: { required: true, schema: { type: string } }, n: { required: true, default: 1, schema: { type: integer } } }
        outputs: { text: { stdout: text, schema: { type: string } } }

        """,
    ]

    static let head = """
        workflow_id: w
        name: W
        version: 1.0.0
        input_variables:
          - { variable_id: number, schema: { type: integer } }
          - { variable_id: word, name: shown_word, schema: { type: string } }
        steps:
          - { step_id: use, tool: t, parameter_mappings: { n: number, s: word } }

        """

    /// Findings of the workflow with these lines after line 8, as `line:column: severity: message`.
    static func check(_ lines: String, _ others: [String: String] = [:]) throws -> [String] {
        let project = try TemporaryProject(files.merging(others) { $1 })
        try project.write("workflows/w.yaml", head + lines + "\n")
        return try project.check().map { finding in
            finding.hasPrefix("workflows/w.yaml:") ? String(finding.dropFirst("workflows/w.yaml:".count)) : finding
        }
    }

    static func step(_ id: String, _ rest: String, tool: String = "t") -> String {
        "  - { step_id: \(id), tool: \(tool), \(rest) }"
    }
}
