import Testing

/// Workflows that call workflows.
struct WorkflowLinkerTests {
    private static func workflow(_ id: String, _ body: String) -> (String, String) {
        ("workflows/\(id).yaml", "workflow_id: \(id)\nname: \(id)\nversion: 1.0.0\n\(body)\n")
    }

    private func check(_ workflows: [(id: String, body: String)], _ paths: String...) throws -> [String] {
        let project = try TemporaryProject(FlowProject.files)
        for (id, body) in workflows {
            let (path, text) = Self.workflow(id, body)
            try project.write(path, text)
        }
        guard let path = paths.first else { return try project.check() }
        return try project.check(path)
    }

    private static func call(_ id: String, _ rest: String = "") -> String {
        "steps:\n  - { step_id: call, workflow: \(id)\(rest) }"
    }

    private static let callee = """
        input_variables:
          - { variable_id: text, name: shown_text, required: true, schema: { type: string } }
          - { variable_id: times, default: 2, schema: { type: integer } }
        steps:
          - { step_id: a, tool: t, parameter_mappings: { s: text, n: times }, output_mappings: { count: count } }
          - { step_id: b, tool: t, when: { var: times }, output_mappings: { text: text_again } }
        outputs: [count, text_again]
        """

    static let calls: [(String, [String])] = [
        (", parameter_mappings: { text: abc }", []),
        (
            "",
            [
                "workflows/w.yaml:5:5: error: the workflow `callee` needs `text` (a string); map it to a variable or a value"
            ]
        ),
        (
            ", parameter_mappings: { shown_text: abc, text: abc }",
            [
                "workflows/w.yaml:5:62: error: the workflow `callee` has no input variable `shown_text`; did you mean `text`?"
            ]
        ),
        (
            ", parameter_mappings: { text: 3, times: { cat: [a] } }",
            [
                "workflows/w.yaml:5:68: error: `text` must be a string; it is 3",
                "workflows/w.yaml:5:78: error: `times` takes an integer, but the rule `cat` gives a string",
            ]
        ),
        (
            ", parameter_mappings: { text: abc }, output_mappings: { cuont: n }",
            ["workflows/w.yaml:5:94: error: the workflow `callee` has no output `cuont`; did you mean `count`?"]
        ),
        (
            ", parameter_mappings: { text: abc }, output_mappings: { count: n, text_again: s } }\n"
                + "  - { step_id: next, tool: need, parameter_mappings: { s: n, n: s }",
            [
                "workflows/w.yaml:6:59: error: `s` takes a string, but the output `count` of step `call`, kept as `n`, is an integer",
                "workflows/w.yaml:6:65: error: `n` takes an integer, but the output `text_again` of step `call`, kept as `s`, is a string",
            ]
        ),
        (
            ", parameter_mappings: { text: abc }, output_mappings: { text_again: s } }\n"
                + "  - { step_id: next, tool: need, parameter_mappings: { s: s }",
            [
                "workflows/w.yaml:6:59: warning: `s` needs a value, but `s` has none when step `call` does not make it; give it a default there (`text_again: {variable: s, default: …}`), or give this step a `when`"
            ]
        ),
    ]

    @Test(arguments: calls)
    func `A call is checked like the use of a tool`(rest: String, expected: [String]) throws {
        let found = try check([("callee", Self.callee), ("w", Self.call("callee", rest))])
        #expect(found == expected)
    }

    @Test
    func `A circle of calls is reported at each of its calls, with the whole circle`() throws {
        let found = try check([("a", Self.call("b")), ("b", Self.call("c")), ("c", Self.call("a"))])
        #expect(
            found == [
                "workflows/a.yaml:5:32: error: a workflow cannot call itself: `a` calls `b` calls `c` calls `a`",
                "workflows/b.yaml:5:32: error: a workflow cannot call itself: `b` calls `c` calls `a` calls `b`",
                "workflows/c.yaml:5:32: error: a workflow cannot call itself: `c` calls `a` calls `b` calls `c`",
            ]
        )
        #expect(
            try check([("a", Self.call("b")), ("b", Self.call("b"))], "workflows/a.yaml") == [
                "workflows/b.yaml:5:32: error: a workflow cannot call itself: `b` calls `b`"
            ]
        )
    }

    @Test
    func `Calls are at most eight deep`() throws {
        let end = "steps:\n  - { step_id: s, tool: t }"
        func chain(_ length: Int) -> [(id: String, body: String)] {
            (1...length).map { ("w\($0)", $0 == length ? end : Self.call("w\($0 + 1)")) }
        }
        #expect(try check(chain(8)).isEmpty)
        #expect(
            try check(chain(9), "workflows/w1.yaml").contains {
                $0.hasSuffix("error: workflows call each other more than 8 deep here; call fewer")
            }
        )
    }

    @Test
    func `What is wrong in a called workflow is said once, in its own file`() throws {
        let wrong = "steps:\n  - { step_id: s, tool: t, parameter_mappings: { n: abc } }"
        let twice = "steps:\n  - { step_id: a, workflow: wrong }\n  - { step_id: b, workflow: wrong }"
        let found = [
            "workflows/wrong.yaml:5:53: error: `n` must be an integer; it is \"abc\", and there is no variable of this name"
        ]
        let all = [
            ("wrong", wrong), ("x", twice), ("y", twice),
            ("z", "steps:\n  - { step_id: a, workflow: x }\n  - { step_id: b, workflow: y }"),
        ]
        #expect(try check(all) == found)
        #expect(try check(all, "workflows/z.yaml") == found)
    }
}
