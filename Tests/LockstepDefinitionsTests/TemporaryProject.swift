import Foundation
import LockstepDefinitions

/// A project in a folder of its own that goes when the test ends.
final class TemporaryProject {
    let folder: String

    init(_ files: [String: String] = [:]) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "lockstep-definitions-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: path + "/workflows", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: path + "/tools-registry", withIntermediateDirectories: true)
        folder = path
        for (name, text) in files { try write(name, text) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func write(_ name: String, _ text: String) throws {
        try write(name, Array(text.utf8))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(filePath: folder).appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    var project: Project {
        get throws { try Project.discover(from: folder, explicit: nil, environment: [:]) }
    }

    var catalog: Catalog {
        get throws { Catalog(try project) }
    }

    /// Findings of the whole project as `file:line:column: severity: message`.
    func check(_ paths: String...) throws -> [String] {
        let checker = ProjectChecker(try project)
        let report = paths.isEmpty ? checker.check() : checker.check(paths.map { folder + "/" + $0 })
        return report.findings.map(\.head)
    }
}

extension Finding {
    /// The first line of the rendered text.
    var head: String { rendered.split(separator: "\n").first.map(String.init) ?? "" }
}

/// The two tools and the workflow of the format's own examples.
enum Sample {
    static let extractor = """
        tool_id: pdf_extractor
        name: PDF text extractor
        version: 1.0.0
        description: Reads the text layer of a PDF.
        command:
          - pdftotext
          - ["-layout", "${keep_layout}"]
          - ["-l", "${last_page}"]
          - "${input_file}"
          - text.txt
        parameters:
          input_file: { required: true, schema: { type: file, mime_types: [application/pdf] } }
          keep_layout: { default: true, schema: { type: boolean } }
          last_page: { schema: { type: integer, minimum: 1 } }
        outputs:
          extracted_text: { path: text.txt, schema: { type: string } }
          text_file: { path: text.txt, schema: { type: file, mime_types: [text/plain] }, asset_type: text }

        """
    static let analyzer = """
        tool_id: text_analyzer
        name: Text analyzer
        version: 1.2.0
        command: [analyze, "--level=${analysis_level}"]
        stdin: "${text}"
        parameters:
          text: { required: true, schema: { type: string } }
          analysis_level: { required: true, schema: { type: string, enum: [basic, detailed, comprehensive] } }
        outputs:
          analysis_results: { stdout: json, last_json: true, schema: { type: object } }

        """
    static let workflow = """
        workflow_id: analyze_document
        name: Analyze document
        version: 1.0.0
        description: Extracts a document's text and analyses it.
        input_variables:
          - { variable_id: input_doc, name: document, required: true, schema: { type: file, mime_types: [application/pdf] } }
          - { variable_id: depth, name: analysis_depth, default: basic, schema: { type: string, enum: [basic, detailed, comprehensive] } }
        steps:
          - step_id: extract
            tool: pdf_extractor
            parameter_mappings: { input_file: input_doc }
            output_mappings: { extracted_text: document_text }
          - step_id: analyze
            tool: { tool_id: text_analyzer, version: "1" }
            parameter_mappings: { text: document_text, analysis_level: depth }
            output_mappings: { analysis_results: final_analysis }
            timeout: 5m
        outputs: [final_analysis]

        """
    static let files = [
        "tools-registry/pdf_extractor.yaml": extractor,
        "tools-registry/text_analyzer/tool.yaml": analyzer,
        "workflows/analyze_document.yaml": workflow,
    ]
}
