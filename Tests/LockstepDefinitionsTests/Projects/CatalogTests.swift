import Foundation
import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

struct CatalogTests {
    @Test
    func `A workflow comes with the tools of its steps`() throws {
        let temporary = try TemporaryProject(Sample.files)
        let checked = try temporary.catalog.workflow(WorkflowID("analyze_document"))
        let workflow = checked.workflow
        #expect(checked.warnings.isEmpty)
        #expect(checked.tools.keys.sorted() == [ToolID("pdf_extractor"), ToolID("text_analyzer")])
        #expect(workflow.inputVariables.map(\.id) == ["input_doc", "depth"])
        #expect(workflow.inputVariables[0].isRequired)
        #expect(workflow.inputVariables[1].defaultValue == "basic")
        #expect(workflow.steps.map(\.id) == [StepID("extract"), StepID("analyze")])
        #expect(workflow.steps[0].parameterMappings.map(\.mapping) == [.variable("input_doc")])
        #expect(workflow.steps[1].timeout == DurationText(milliseconds: 300_000))
        #expect(workflow.steps[1].tool == ToolReference(id: ToolID("text_analyzer"), version: "1"))
        #expect(workflow.outputs == ["final_analysis"])
        #expect(workflow.definition["workflow_id"] == "analyze_document")

        let extractor = try #require(checked.tools[ToolID("pdf_extractor")])
        #expect(extractor.folder == nil)
        #expect(extractor.command.count == 5)
        #expect(extractor.command[0] == .argument(Template(segments: [.literal("pdftotext")])))
        #expect(
            extractor.command[2]
                == .optionalGroup([
                    Template(segments: [.literal("-l")]), Template(segments: [.placeholder("last_page")]),
                ])
        )
        #expect(extractor.parameters.map(\.name) == ["input_file", "keep_layout", "last_page"])
        #expect(extractor.output("text_file")?.assetType == "text")

        let analyzer = try #require(checked.tools[ToolID("text_analyzer")])
        let realFolder = try #require(try? temporary.project.toolsFolder)
        #expect(analyzer.folder == realFolder + "/text_analyzer")
        #expect(
            analyzer.output("analysis_results")?.source
                == .stream(.stdout, .json(pointer: JSONPointer(), takesLast: true))
        )
    }

    @Test
    func `Only the files of the workflow are read`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("workflows/broken.yaml", "[")
        try temporary.write("tools-registry/broken.yaml", "[")
        #expect(throws: Never.self) { try temporary.catalog.workflow(WorkflowID("analyze_document")) }
    }

    @Test
    func `The folders are listed`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("workflows/second.json", "{}")
        try temporary.write("workflows/README.md", "x")
        #expect(try temporary.catalog.workflowIDs().map(\.rawValue) == ["analyze_document", "second"])
        #expect(try temporary.catalog.toolIDs().map(\.rawValue) == ["pdf_extractor", "text_analyzer"])
    }

    @Test
    func `An unknown id gets the nearest one`() throws {
        let temporary = try TemporaryProject(Sample.files)
        let workflow = #expect(throws: DefinitionError.self) {
            try temporary.catalog.workflow(WorkflowID("analyse_document"))
        }
        #expect(workflow?.code == .workflowNotFound)
        #expect(workflow?.message == "there is no workflow `analyse_document`; did you mean `analyze_document`?")
        let tool = #expect(throws: DefinitionError.self) { try temporary.catalog.tool(ToolID("pdf_extracter")) }
        #expect(tool?.code == .toolNotFound)
        #expect(tool?.message == "there is no tool `pdf_extracter`; did you mean `pdf_extractor`?")
    }

    @Test(arguments: ["../analyze_document", "/etc/passwd", "", "a/b", "."])
    func `An id that is a path finds nothing`(id: String) throws {
        let temporary = try TemporaryProject(Sample.files)
        let error = #expect(throws: DefinitionError.self) { try temporary.catalog.workflow(WorkflowID(id)) }
        #expect(error?.code == .workflowNotFound)
    }

    @Test
    func `An invalid workflow is refused with all findings, those of its tools too`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("tools-registry/pdf_extractor.yaml", Sample.extractor + "colour: blue\n")
        try temporary.write(
            "workflows/analyze_document.yaml",
            Sample.workflow.replacing("input_file: input_doc", with: "input_file: input_dox")
        )
        let error = #expect(throws: DefinitionError.self) {
            try temporary.catalog.workflow(WorkflowID("analyze_document"))
        }
        #expect(error?.code == .workflowInvalid)
        #expect(
            error?.findings.map(\.file) == ["tools-registry/pdf_extractor.yaml", "workflows/analyze_document.yaml"]
        )
        #expect(error?.findings.last?.message == "there is no variable `input_dox`; did you mean `input_doc`?")
        #expect(error?.findings.last?.position == TextPosition(line: 11, column: 39))
    }

    @Test
    func `A workflow may be read from any file`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("elsewhere/analyze_document.yml", Sample.workflow)
        let checked = try temporary.catalog.workflow(atPath: temporary.folder + "/elsewhere/analyze_document.yml")
        #expect(checked.workflow.id == WorkflowID("analyze_document"))
        let error = #expect(throws: DefinitionError.self) {
            try temporary.catalog.workflow(atPath: temporary.folder + "/elsewhere/nothing.yaml")
        }
        #expect(error?.code == .workflowNotFound)
    }

    @Test
    func `A definition in two files is an error`() throws {
        let temporary = try TemporaryProject(Sample.files)
        try temporary.write("tools-registry/text_analyzer.yml", Sample.analyzer)
        let error = #expect(throws: DefinitionError.self) { try temporary.catalog.tool(ToolID("text_analyzer")) }
        #expect(error?.findings.map(\.file) == ["tools-registry/text_analyzer/tool.yaml"])
        #expect(try temporary.check().count == 1)
    }

    @Test
    func `Stored definitions are read back as the files were`() throws {
        let temporary = try TemporaryProject(Sample.files)
        let checked = try temporary.catalog.workflow(WorkflowID("analyze_document"))
        #expect(try Workflow(definition: checked.workflow.definition) == checked.workflow)
        for tool in checked.tools.values {
            #expect(try Tool(definition: tool.definition, folder: tool.folder) == tool)
        }
        let error = #expect(throws: DefinitionError.self) { try Tool(definition: ["tool_id": "x", "colour": 1]) }
        #expect(error?.message.contains("a tool needs `command`") == true)
        #expect(error?.message.contains("a tool has no key `colour`") == true)
    }

    @Test
    func `JSON files are read like YAML`() throws {
        let temporary = try TemporaryProject(Sample.files)
        let checked = try temporary.catalog.workflow(WorkflowID("analyze_document"))
        let other = try TemporaryProject([
            "workflows/analyze_document.json": JSONWriter.text(checked.workflow.definition, style: .pretty)
        ])
        for tool in checked.tools.values {
            try other.write("tools-registry/\(tool.id).json", JSONWriter.text(tool.definition, style: .pretty))
        }
        #expect(try other.catalog.workflow(WorkflowID("analyze_document")).workflow == checked.workflow)
    }
}
