internal import Foundation
internal import LockstepDefinitions
internal import LockstepJSON

/// The schemas that a project keeps for editors.
enum SchemaFiles {
    /// Writes the schemas of all kinds, each as a whole or not at all.
    ///
    /// - Parameter root: Absolute path of the project.
    /// - Returns: The files, relative to the project.
    static func write(_ registry: EditorRegistry, to root: String) throws(CommandFailure) -> [String] {
        for kind in EditorSchema.Kind.allCases {
            let text = EditorSchema.text(of: kind, in: registry)
            try NewFile.write(text, to: "\(root)/\(kind.path)", isExecutable: false, replaces: true)
        }
        return EditorSchema.Kind.allCases.map(\.path)
    }

    /// Those that are there and are not what the project's files give now, relative to the project.
    static func stale(in project: Project) -> [String] {
        let present = EditorSchema.Kind.allCases.compactMap { kind in
            FileManager.default.contents(atPath: "\(project.root)/\(kind.path)").map { (kind, $0) }
        }
        guard !present.isEmpty else { return [] }
        let registry = EditorRegistry(project)
        return present.filter { kind, data in !data.elementsEqual(EditorSchema.text(of: kind, in: registry).utf8) }
            .map { kind, _ in kind.path }
    }

    static func json(_ files: [String]) -> JSONValue { .array(files.map { .string($0) }) }
}
