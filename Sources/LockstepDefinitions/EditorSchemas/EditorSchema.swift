package import LockstepJSON
internal import LockstepModel

/// JSON Schemas of the definition files, for editors: what the decoders accept, and what a project's registry adds to it.
///
/// They are of draft 7, which the YAML language server reads whole. A schema accepts every file that `lockstep check` accepts; it
/// may accept more, where JSON Schema has no words for a rule.
package enum EditorSchema {
    /// The kinds of files that there are schemas for.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case workflow
        case tool
        case tests

        /// Relative to the project: where the schema is kept for editors.
        package var path: String { "\(EditorSchema.folder)/\(rawValue).json" }

        /// The first line of a definition file that makes the YAML language server use the schema.
        ///
        /// - Parameter depth: How many folders the file is below the project.
        package func modeline(depth: Int) -> String {
            "# yaml-language-server: $schema=" + String(repeating: "../", count: depth) + path
        }
    }

    /// Relative to the project.
    package static let folder = "schemas"

    package static func json(of kind: Kind, in registry: EditorRegistry) -> JSONValue {
        switch kind {
        case .workflow: WorkflowFileSchema.document(registry)
        case .tool: ToolFileSchema.document()
        case .tests: TestFileSchema.document(registry)
        }
    }

    /// The schema as a file holds it: a line a definition, so that it stays small and a change of a tool is a change of its lines.
    package static func text(of kind: Kind, in registry: EditorRegistry) -> String {
        var lines: [String] = []
        for (name, value) in json(of: kind, in: registry).objectValue ?? [:] {
            guard name == "definitions", let definitions = value.objectValue else {
                lines.append("  \(JSONValue.string(name)): \(value)")
                continue
            }
            let inner = definitions.map { "    \(JSONValue.string($0.name)): \($0.value)" }
            lines.append("  \(JSONValue.string(name)): {\n\(inner.joined(separator: ",\n"))\n  }")
        }
        return "{\n\(lines.joined(separator: ",\n"))\n}\n"
    }
}
