import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

struct ExpectationComparisonTests {
    /// The mismatches of an expectation, written as in a test file, with a value: `subject: expected … was …`.
    private func mismatches(_ expected: String, _ actual: JSONValue?) throws -> [String] {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write(
            "workflow-tests/t.yaml",
            """
            test_id: t
            workflow: analyze_document
            cases:
              - name: one
                expect: { outputs: { final_analysis: \(expected) } }
            """
        )
        let loaded = try #require(
            WorkflowTestLoader(try temporary.project).load("\(temporary.folder)/workflow-tests/t.yaml")
        )
        #expect(loaded.findings.isEmpty, "\(loaded.findings)")
        let wanted = try #require(loaded.test?.cases.first?.expectation.outputs.first?.expected)
        var comparison = ExpectationComparison { $0.name == "a.txt" ? "first\nsecond" : nil }
        comparison.compare(wanted, with: actual, subject: "x")
        return comparison.mismatches.map { "\($0.subject): expected \($0.expected), was \($0.actual)" }
    }

    @Test(
        arguments: [
            ("1", 1, []), ("1", 1.0, []), ("1", "1", ["x: expected 1, was \"1\""]),
            ("1", nil, ["x: expected 1, was no value"]),
            ("{ a: 1 }", ["a": 1, "b": 2], []),
            ("{ a: 1, c: 3 }", ["a": 2, "b": 2], ["x.a: expected 1, was 2", "x.c: expected 3, was no value"]),
            ("{ exactly: { a: 1 } }", ["a": 1, "b": 2], ["x.b: expected no value, was 2"]),
            ("{ value: { any: true } }", ["any": true], []),
            ("{ any: true }", ["a": 1], []), ("{ any: true }", nil, ["x: expected any value, was no value"]),
            ("{ absent: true }", nil, []), ("{ absent: true }", 1, ["x: expected no value, was 1"]),
            ("[1, { any: true }]", [1, 2], []), ("[1]", [1, 2], ["x: expected [1], was [1,2]"]),
            ("[1, { a: 2 }]", [1, ["a": 3]], ["x[1].a: expected 2, was 3"]),
            ("{ matches: \"^a+$\" }", "aaa", []),
            ("{ matches: \"^a+$\" }", "b", ["x: expected a text that matches ^a+$, was \"b\""]),
            ("{ matches: \"1\" }", 1, ["x: expected a text that matches 1, was 1"]),
            ("{ contains: ell }", "hello", []), ("{ contains: 2 }", [1, 2], []),
            ("{ contains: { a: 1 } }", [["a": 1, "b": 2]], []),
            ("{ contains: no }", "hello", ["x: expected something that contains \"no\", was \"hello\""]),
            ("{ near: 1.5, within: 0.1 }", 1.55, []),
            ("{ near: 1.5, within: 0.1 }", 1.7, ["x: expected 1.5 ± 0.1, was 1.7"]),
            (
                "{ name: a.txt, content: { contains: second } }",
                ["file_id": "file_1", "name": "a.txt", "mime_type": "text/plain", "file_size": 12, "sha256": "00"], []
            ),
            (
                "{ content: first }",
                ["file_id": "file_1", "name": "a.txt", "mime_type": "text/plain", "file_size": 12, "sha256": "00"],
                ["x.content: expected first, was first\nsecond"]
            ),
        ] as [(String, JSONValue?, [String])]
    )
    func `A value is compared with what is expected, and what differs is named at its deepest place`(
        expected: String,
        actual: JSONValue?,
        found: [String]
    ) throws {
        #expect(try mismatches(expected, actual) == found)
    }
}
