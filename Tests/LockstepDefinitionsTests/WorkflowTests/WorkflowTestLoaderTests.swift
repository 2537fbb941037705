import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

struct WorkflowTestLoaderTests {
    private static let path = "workflow-tests/analyze_document.yaml"
    private static let test = """
        test_id: analyze_document
        workflow: analyze_document
        cases:
          - name: a long document
            inputs: { document: { content: "%PDF", name: a.pdf, mime_type: application/pdf } }
            stubs:
              extract: { fails: { exit_code: 75 }, times: 2, outputs: { extracted_text: hello } }
              text_analyzer: { outputs: { analysis_results: { words: 1 } } }
            expect:
              state: completed
              steps:
                extract: { status: COMPLETED, parameters: { keep_layout: true } }
              outputs: { final_analysis: { words: 1 } }

        """

    private func project(_ test: String = Self.test) throws -> TemporaryProject {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write(Self.path, test)
        return temporary
    }

    /// What is wrong with the sample test when one text in it is another.
    private func problems(_ old: String, _ new: String) throws -> [String] {
        #expect(Self.test.contains(old))
        return try project(Self.test.replacing(old, with: new)).check().map {
            String($0.dropFirst(Self.path.count + 1))
        }
    }

    @Test
    func `A good test has no findings and is among the files that a check names`() throws {
        let temporary = try project()
        let report = ProjectChecker(try temporary.project).check()
        #expect(report.findings.isEmpty)
        #expect(report.files.contains(Self.path))
        let loaded = try #require(WorkflowTestLoader(try temporary.project).load("\(temporary.folder)/\(Self.path)"))
        let test = try #require(loaded.test)
        #expect(test.cases.map(\.name) == ["a long document"])
        let stub = try #require(test.cases[0].stubs.steps[StepAddress([.init(step: "extract")])])
        #expect(stub.outcomes.map(\.times) == [2, nil])
    }

    @Test(
        arguments: [
            (
                "cases:", "case:",
                ["1:1: error: a test needs `cases`", "3:1: error: a test has no key `case`; did you mean `cases`?"]
            ),
            (
                "state: completed", "state: complete",
                [
                    "10:14: error: `state` must be one of completed, partial, failed, cancelled, refused; it is \"complete\""
                ]
            ),
            (
                "              state: completed\n", "              stat: completed\n",
                ["10:7: error: `expect` has no key `stat`; did you mean `state`?"]
            ),
            (
                "workflow: analyze_document", "workflow: analyze_documnt",
                ["2:11: error: there is no workflow `analyze_documnt`; did you mean `analyze_document`?"]
            ),
            (
                "test_id: analyze_document", "test_id: other",
                ["1:10: error: the test_id `other` is not the name of its file, `analyze_document`; rename one of them"]
            ),
            (
                "document: { content", "dokument: { content",
                ["5:15: error: the workflow `analyze_document` has no input `dokument`; did you mean `document`?"]
            ),
            (
                "name: a.pdf", "name: ../a.pdf",
                ["5:50: error: `name` is the name of a file without its folder; it is \"../a.pdf\""]
            ),
            (
                "content: \"%PDF\"", "file: nowhere.pdf",
                ["5:33: error: there is no such file: \"nowhere.pdf\"; a path begins at the folder of the test file"]
            ),
            (
                "      extract: { fails", "      extrakt: { fails",
                ["7:7: error: the workflow has no step and no tool `extrakt`; did you mean `extract`?"]
            ),
            (
                "      text_analyzer:", "      text_analyser:",
                ["8:7: error: the workflow has no step and no tool `text_analyser`; did you mean `text_analyzer`?"]
            ),
            (
                "extracted_text: hello", "extracted_txt: hello",
                [
                    "7:63: error: the tool `pdf_extractor` always makes `extracted_text`, which the step `extract` uses; give it in `outputs`, or in the tool's own `stub`",
                    "7:65: error: the tool `pdf_extractor` has no output `extracted_txt`; did you mean `extracted_text`?",
                ]
            ),
            (
                "extracted_text: hello", "extracted_text: 7",
                ["7:81: error: the output `extracted_text` must be a string; it is 7"]
            ),
            (
                "exit_code: 75", "exit_code: 0",
                ["7:38: error: the exit code 0 means success for the tool `pdf_extractor`"]
            ),
            (
                "exit_code: 75", "exit_code: 75, signal: 9",
                ["7:25: error: a step ends in one way; `fails` has `exit_code` and `signal`"]
            ),
            (
                "exit_code: 75", "reason: timed_ut",
                [
                    "7:35: error: `reason` must be one of timed_out, out_of_memory, too_many_processes, output_limit, disk_limit; it is \"timed_ut\""
                ]
            ),
            (
                "times: 2", "when: { var: input_fil }",
                ["7:50: error: the tool `pdf_extractor` has no parameter `input_fil`; did you mean `input_file`?"]
            ),
            (
                "times: 2", "when: { vra: input_file }",
                ["7:52: error: `vra` is not an operator of rules; did you mean `var`?"]
            ),
            (
                "        extract: { status", "        extrat: { status",
                ["12:9: error: the workflow `analyze_document` has no step `extrat`; did you mean `extract`?"]
            ),
            (
                "        extract: { status", "        \"extract[1]\": { status",
                ["12:9: error: the step `extract` has no `for_each`, so it has no items"]
            ),
            (
                "        extract: { status", "        extract/x: { status",
                ["12:9: error: the step `extract` calls no workflow, so no step is inside it"]
            ),
            (
                "status: COMPLETED", "status: DONE",
                ["12:28: error: `status` must be one of PENDING, RUNNING, COMPLETED, FAILED, SKIPPED; it is \"DONE\""]
            ),
            (
                "keep_layout: true", "keep_layuot: true",
                ["12:53: error: the tool `pdf_extractor` has no parameter `keep_layuot`; did you mean `keep_layout`?"]
            ),
            (
                "outputs: { final_analysis: { words", "outputs: { final_analysys: { words",
                [
                    "13:18: error: the workflow `analyze_document` has no output `final_analysys`; did you mean `final_analysis`?"
                ]
            ),
            (
                "outputs: { final_analysis: { words: 1 } }", "variables: { document_txt: x }",
                [
                    "13:20: error: the workflow `analyze_document` has no variable `document_txt`; did you mean `document_text`?"
                ]
            ),
            (
                "final_analysis: { words: 1 }", "final_analysis: { matches: \"(\" }",
                ["13:45: error: the pattern cannot be used: missing closing parenthesis (at character 2)"]
            ),
            (
                "              state: completed\n", "              error_code: STEP_FAILD\n",
                [
                    "10:7: error: a job that completed has no `error_code`; say the `state` that is wanted",
                    "10:19: error: `error_code` must be one of \(JobErrorCode.allCases.map(\.rawValue).joined(separator: ", ")); it is \"STEP_FAILD\"",
                ]
            ),
        ] as [(String, String, [String])]
    )
    func `What is wrong is named with its place and the nearest right thing`(
        old: String,
        new: String,
        expected: [String]
    ) throws {
        // The table is indented as the sample is in this file.
        let (old, new) = (Self.unindented(old), Self.unindented(new))
        #expect(try problems(old, new) == expected)
    }

    private static func unindented(_ text: String) -> String {
        text.hasPrefix("              ") ? String(text.dropFirst(8)) : text
    }

    @Test
    func `All mistakes of a file come at once`() throws {
        let found = try project(
            """
            test_id: analyze_document
            workflow: analyze_document
            cases:
              - name: one
                stubs: { nobody: {}, extract: { outputs: { nothing: 1 } } }
                expect: { outputs: { none: 1 }, steps: { missing: {} }, surprise: 1 }
              - name: one
            """
        ).check()
        #expect(found.count == 8)
        #expect(found.contains { $0.contains("a second case has the name \"one\"") })
        #expect(found.contains { $0.contains("a case needs `expect`") })
    }

    @Test
    func `A test of a workflow that cannot be used says why`() throws {
        let temporary = try project()
        try temporary.write("workflows/analyze_document.yaml", Sample.workflow.replacing("input_doc }", with: "nix }"))
        let found = try temporary.check().filter { $0.hasPrefix(Self.path) }
        #expect(found.count == 1)
        #expect(
            found[0].contains(
                "2:11: error: the workflow `analyze_document` cannot be used (workflows/analyze_document.yaml:11:39:"
            )
        )
    }

    @Test
    func `Tests are chosen by id, by workflow and by path, each once`() throws {
        let temporary = try project()
        try temporary.write(
            "workflow-tests/more.yaml",
            Self.test.replacing("test_id: analyze_document", with: "test_id: more")
        )
        try temporary.write(
            "elsewhere/third.yaml",
            Self.test.replacing("test_id: analyze_document", with: "test_id: third")
        )
        let loader = WorkflowTestLoader(try temporary.project)
        func chosen(_ names: String...) throws -> [String] {
            try loader.select(names, from: temporary.folder).map(\.name)
        }
        #expect(try chosen() == ["analyze_document", "more"])
        #expect(try chosen("analyze_document") == ["analyze_document", "more"])
        #expect(try chosen("more", "more", "workflow-tests/more.yaml") == ["more"])
        #expect(try chosen("elsewhere/third.yaml", "more") == ["more", "third"])
        #expect(
            throws: DefinitionError(
                .testNotFound,
                "no test and no tested workflow is called `mroe`; did you mean `more`?; there is no file x.yaml"
            )
        ) {
            try chosen("mroe", "x.yaml", "more")
        }
    }

    @Test(
        arguments: [
            ("analyze", ["analyze"]), ("ocr[2]", ["ocr", "2"]), ("a[0]/b/c[17]", ["a", "0", "b", "c", "17"]),
            ("", nil), ("a/", nil), ("[1]", nil), ("a[]", nil), ("a[-1]", nil), ("a[1", nil),
            ("a[99999999999999999999]", nil),
        ] as [(String, [String]?)]
    )
    func `An address names steps, items and steps of called workflows`(text: String, parts: [String]?) {
        let address = StepAddress(parsing: text)
        #expect(address?.parts.flatMap { [$0.step] + ($0.item.map { [String($0)] } ?? []) } == parts)
        if let address { #expect(address.description == text) }
    }
}
