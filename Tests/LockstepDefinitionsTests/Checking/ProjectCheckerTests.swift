import Foundation
import Glibc
import LockstepDefinitions
import LockstepJSON
import Testing

struct ProjectCheckerTests {
    /// What is wrong with the sample workflow when one text in it is another.
    private func problems(_ old: String, _ new: String) throws -> [String] {
        #expect(Sample.workflow.contains(old))
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("workflows/analyze_document.yaml", Sample.workflow.replacing(old, with: new))
        return try temporary.check().map { String($0.dropFirst("workflows/analyze_document.yaml:".count)) }
    }

    @Test
    func `A good project has no findings`() throws {
        let temporary = try TemporaryProject(Sample.files)
        let report = ProjectChecker(try temporary.project).check()
        #expect(report.findings.isEmpty)
        #expect(report.files == Sample.files.keys.sorted())
    }

    @Test(
        arguments: [
            (
                "input_doc }", "input_dox }",
                ["11:39: error: there is no variable `input_dox`; did you mean `input_doc`?"]
            ),
            ("input_doc }", "document }", ["11:39: error: there is no variable `document`; did you mean `input_doc`?"]),
            (
                "input_doc }", "weather }",
                ["11:39: error: `input_file` must be a file; it is \"weather\", and there is no variable of this name"]
            ),
            (
                "input_file: input_doc", "input_fil: input_doc",
                [
                    "11:5: error: the tool `pdf_extractor` needs `input_file` (a file (application/pdf)); map it to a variable or a value",
                    "11:27: error: the tool `pdf_extractor` has no parameter `input_fil`; did you mean `input_file`?",
                ]
            ),
            (
                "extracted_text:", "extractedtext:",
                ["12:24: error: the tool `pdf_extractor` has no output `extractedtext`; did you mean `extracted_text`?"]
            ),
            ("input_doc }", "input_doc, last_page: 0 }", ["11:61: error: `last_page` must be at least 1; it is 0"]),
            (
                "input_doc }", "input_doc, last_page: {value: 0} }",
                ["11:69: error: `last_page` must be at least 1; it is 0"]
            ),
            (
                "input_doc }", "input_doc, last_page: depth }",
                [
                    "11:61: error: `last_page` takes an integer, but the input variable `depth` is a string"
                ]
            ),
            (
                "input_doc }", "final_analysis }",
                ["11:39: error: `final_analysis` is made by step `analyze`, which runs later"]
            ),
            (
                "input_doc }", "document_text }",
                ["11:39: error: `document_text` is made by step `extract`, which is this step itself"]
            ),
            (
                "input_doc }", "input_doc, last_page: {cat: [1]} }",
                ["11:61: error: `last_page` takes an integer, but the rule `cat` gives a string"]
            ),
            (
                "input_doc }", "input_doc, last_page: {a: 1, b: 2} }",
                [
                    "11:61: error: an object here is a rule with one operator, such as {var: name}; write an object that is meant as it is as `{value: {…}}`"
                ]
            ),
            (
                "tool: pdf_extractor", "tool: pdf_extracter",
                ["10:11: error: there is no tool `pdf_extracter`; did you mean `pdf_extractor`?"]
            ),
            (
                "version: \"1\"", "version: \"2\"",
                ["14:46: error: the tool `text_analyzer` has version 1.2.0; this step wants 2"]
            ),
            ("version: \"1\"", "version: 1", ["14:46: error: `version` must be text; write it in quotes: \"1\""]),
            (
                "analysis_level: depth", "analysis_level: depht",
                ["15:64: error: there is no variable `depht`; did you mean `depth`?"]
            ),
            (
                "analysis_level: depth", "analysis_level: deep_dive",
                ["15:64: error: `analysis_level` must be one of basic, detailed, comprehensive; it is deep_dive"]
            ),
            (
                "analysis_level: depth", "analysis_level: basic",
                ["7:20: warning: nothing uses the input variable `depth`"]
            ),
            (
                ", analysis_level: depth", "",
                [
                    "15:5: error: the tool `text_analyzer` needs `analysis_level` (a string); map it to a variable or a value"
                ]
            ),
            (
                "{ text: document_text", "{ text: document_txt",
                [
                    "15:33: warning: \"document_txt\" is no variable and is passed as this text; did you mean `document_text`? (write {value: \"document_txt\"} if the text is meant)"
                ]
            ),
            ("{ text: document_text", "{ text: {value: document_txt}", []),
            (
                "{ text: document_text", "{ text: input_doc",
                ["15:33: error: `text` takes a string, but the input variable `input_doc` is a file (application/pdf)"]
            ),
            (
                "mime_types: [application/pdf]", "mime_types: [image/*]",
                [
                    "11:39: error: `input_file` takes a file (application/pdf), but the input variable `input_doc` is a file (image/*)"
                ]
            ),
            (
                "comprehensive] } }\nsteps", "comprehensive], default: x } }\nsteps",
                ["7:138: error: the default must be one of basic, detailed, comprehensive; it is x"]
            ),
            (
                "default: basic", "default: deep",
                ["7:58: error: the default must be one of basic, detailed, comprehensive; it is deep"]
            ),
            (
                "final_analysis }", "document_text }",
                [
                    "16:42: error: the variable `document_text` is written twice: step `extract` makes it already",
                    "18:11: error: no step makes the variable `final_analysis`; add it to the output_mappings of a step",
                ]
            ),
            (
                "document_text }\n", "depth }\n",
                [
                    "12:40: error: the variable `depth` is an input; choose another name for this output"
                ]
            ),
            (
                "final_analysis }", "record }",
                [
                    "16:42: error: the variable `record` is made by the runner; choose another name",
                    "18:11: error: no step makes the variable `final_analysis`; add it to the output_mappings of a step",
                ]
            ),
            (
                "[final_analysis]", "[final_analyses]",
                ["18:11: error: no step makes the variable `final_analyses`; did you mean `final_analysis`?"]
            ),
            (
                "[final_analysis]", "[final_analysis, final_analysis]",
                ["18:27: error: the output `final_analysis` is named twice"]
            ),
            ("step_id: analyze", "step_id: extract", ["13:14: error: a second step has the step_id `extract`"]),
            (
                "variable_id: depth", "variable_id: input_doc",
                [
                    "7:20: error: a second variable has the variable_id `input_doc`",
                    "15:64: error: `analysis_level` must be one of basic, detailed, comprehensive; it is depth",
                ]
            ),
            ("name: analysis_depth", "name: document", ["7:33: error: a second variable has the name `document`"]),
            (
                "name: analysis_depth", "name: input_doc",
                ["7:33: error: the name `input_doc` is the variable_id of another variable"]
            ),
            (
                "timeout: 5m", "timeout: 300",
                ["17:14: error: `timeout` must be a time such as 250ms, 30s, 5m or 2h; it is 300"]
            ),
            ("timeout: 5m", "retry: {max_attempts: 3}", []),
            ("timeout: 5m", "when: true", ["17:11: warning: `when` is always true; leave it out"]),
            ("timeout: 5m", "time_out: 5m", ["17:5: error: a step has no key `time_out`; did you mean `timeout`?"]),
            ("outputs: [", "kind: state_machine\noutputs: [", ["18:1: error: `kind` is not supported in this version"]),
            (
                "outputs: [", "states: []\nbatch: {}\noutputs: [",
                [
                    "18:1: error: `states` is not supported in this version",
                    "19:1: error: `batch` is not supported in this version",
                ]
            ),
            (
                "workflow_id: analyze_document", "workflow_id: analyze",
                [
                    "1:14: error: the workflow_id `analyze` is not the name of its file, `analyze_document`; rename one of them"
                ]
            ),
        ] as [(String, String, [String])]
    )
    func `What is wrong in a workflow is said with its place`(old: String, new: String, expected: [String]) throws {
        let found = try problems(old, new)
        #expect(found == expected)
    }

    @Test
    func `All findings of all files come at once, sorted`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("workflows/b.yaml", "workflow_id: b\nname: B\nversion: 1.0.0\nsteps: []\ncolor: red\n")
        try temporary.write("workflows/c.json", "{")
        try temporary.write("tools-registry/d.yml", "[1]")
        try temporary.write("tools-registry/empty/README.md", "x")
        #expect(
            try temporary.check() == [
                "tools-registry/d.yml:1:1: error: a tool must be an object with names and values; it is the list [1]",
                "tools-registry/empty: error: the folder has no tool.yaml; a tool's folder holds its definition",
                "workflows/b.yaml:4:8: error: a workflow needs at least one step",
                "workflows/b.yaml:5:1: error: a workflow has no key `color`; it may have workflow_id, name, version, description, input_variables, steps, outputs, finally, timeout, schedules",
                "workflows/c.json:1:2: error: a member name in double quotes is expected here",
            ]
        )
    }

    @Test
    func `Only the files that are named are checked, and the tools they use`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("workflows/broken.yaml", "[")
        try temporary.write("tools-registry/broken.yaml", "[")
        #expect(try temporary.check("workflows/analyze_document.yaml").isEmpty)
        #expect(try temporary.check("tools-registry/text_analyzer").isEmpty)
        #expect(try temporary.check("workflows").count == 1)
        #expect(try temporary.check("workflows", "tools-registry").count == 2)
        #expect(
            try temporary.check("workflows/nothing.yaml").map { $0.suffix(21) } == [
                ": there is no such file".suffix(21)
            ]
        )
        try temporary.write("tools-registry/text_analyzer/tool.yaml", Sample.analyzer + "odd: 1\n")
        #expect(try temporary.check("workflows/analyze_document.yaml").count == 1)
    }

    @Test
    func `A folder that is a project of its own is said to be one`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("inner/workflows/x.yaml", "[")
        #expect(
            try temporary.check("inner") == ["inner: error: this is another project; name it with --project instead"]
        )
    }

    @Test
    func `Where a value comes from is told in a whole sentence`() throws {
        let temporary = try TemporaryProject([
            "tools-registry/a.yaml":
                "tool_id: a\nname: A\nversion: 1.0.0\ncommand: [cat]\n"
                + "parameters: { n: { schema: { type: integer } } }\noutputs: { t: { stdout: text, schema: { type: string } } }\n",
            "workflows/w.yaml":
                "workflow_id: w\nname: W\nversion: 1.0.0\nsteps:\n"
                + "  - { step_id: one, tool: a, output_mappings: { t: v } }\n"
                + "  - { step_id: two, tool: a, parameter_mappings: { n: v } }\n",
        ])
        let message = "`n` takes an integer, but the output `t` of step `one`, kept as `v`, is a string"
        #expect(try temporary.check().map { $0.hasSuffix(message) } == [true])
    }

    @Test(.timeLimit(.minutes(10)))
    func `A pipe in place of a file is a finding`() throws {
        let temporary = try TemporaryProject(Sample.files)
        #expect(mkfifo(temporary.folder + "/workflows/pipe.yaml", 0o600) == 0)
        #expect(mkfifo(temporary.folder + "/tools-registry/pipe.yaml", 0o600) == 0)
        #expect(
            try temporary.check() == [
                "tools-registry/pipe.yaml: error: this is a named pipe, not a file; a definition is a regular file",
                "workflows/pipe.yaml: error: this is a named pipe, not a file; a definition is a regular file",
            ]
        )
    }

    @Test
    func `A finding shows its line`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write(
            "workflows/analyze_document.yaml",
            Sample.workflow.replacing("input_file: input_doc", with: "input_file: input_dox")
        )
        let finding = try #require(ProjectChecker(try temporary.project).check().findings.first)
        #expect(finding.suggestion == "input_doc")
        #expect(
            finding.rendered == """
                workflows/analyze_document.yaml:11:39: error: there is no variable `input_dox`; did you mean `input_doc`?
                        parameter_mappings: { input_file: input_dox }
                                                          ^
                """
        )
    }
}
