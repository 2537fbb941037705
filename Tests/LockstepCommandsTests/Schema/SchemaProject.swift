import Foundation
import LockstepDefinitions
import LockstepJSON
import LockstepTestSupport
import Testing

/// Definition files and the schemas that the real program prints for them.
enum SchemaProject {
    typealias Kind = EditorSchema.Kind

    /// Definitions that use everything that there is, in a folder of their own.
    static func rich() throws -> CommandLineTest {
        let test = try CommandLineTest()
        for folder in ["workflows", "tools-registry", "workflow-tests"] {
            let source = "Tests/Fixtures/EditorSchemas/\(folder)"
            for name in try FileManager.default.contentsOfDirectory(atPath: PackageRoot.path(source)) {
                try test.file("\(folder)/\(name)", content(of: "\(source)/\(name)"))
            }
        }
        return test
    }

    static func content(of path: String) throws -> String {
        try String(contentsOfFile: PackageRoot.path(path), encoding: .utf8)
    }

    /// The definitions of a kind, by their paths relative to the project.
    static func files(of kind: Kind, in root: String) throws -> [String] {
        let folder =
            ["workflow": "workflows", "tool": "tools-registry", "tests": "workflow-tests"][kind.rawValue] ?? ""
        let names = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)").sorted()
        return names.filter { name in
            name.hasSuffix(".yaml") && (!name.contains("/") || name.hasSuffix("/tool.yaml"))
        }
        .map { "\(folder)/\($0)" }
    }

    /// A file as Lockstep itself reads YAML.
    static func json(_ text: String, _ name: String = "definition.yaml") throws -> JSONValue {
        let document = SourceDocument(file: name, bytes: Array(text.utf8))
        return try #require(document.root?.json, "\(name): \(document.findings)")
    }

    static func schema(_ kind: Kind, _ test: CommandLineTest, project: String = ".") async throws -> JSONValue {
        let run = try await test.run("schema", kind.rawValue, "--project", project)
        #expect(run.status == 0, "\(run)")
        return try #require(run.json, "\(run)")
    }

    /// The files in which `lockstep check` finds errors, with what it says.
    static func errors(_ test: CommandLineTest) async throws -> [String: [String]] {
        let run = try await test.run("check", "--output", "json")
        let findings = try #require(run.data?["findings"]?.arrayValue, "\(run)")
        var errors: [String: [String]] = [:]
        for finding in findings where finding["severity"] == "error" {
            errors[finding["file"]?.stringValue ?? "", default: []].append(finding["message"]?.stringValue ?? "")
        }
        return errors
    }
}
