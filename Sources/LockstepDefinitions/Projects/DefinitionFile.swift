package import LockstepModel

/// Where a definition is: its file, the name that it must have, and for a tool the folder that is its own.
struct DefinitionFile: Hashable {
    let path: String
    /// The id that the place stands for.
    let name: String
    /// Absolute path of the tool's own folder.
    let folder: String?

    static let extensions = ["yaml", "yml", "json"]

    init(path: String, name: String, folder: String? = nil) {
        self.path = path
        self.name = name
        self.folder = folder
    }

    /// A file anywhere, by its path; `tool.yaml` in a folder stands for the folder's name.
    init(path: String) {
        let parts = path.split(separator: "/")
        let last = parts.last.map(String.init) ?? path
        let stem = Self.stem(last) ?? last
        if stem == "tool", parts.count > 1 {
            let folder = String(path.dropLast(last.count + 1))
            self.init(path: path, name: String(parts[parts.count - 2]), folder: folder)
        } else {
            self.init(path: path, name: stem)
        }
    }

    /// The name without its ending; nil when it is not one that definitions have.
    static func stem(_ name: String) -> String? {
        for ending in extensions where name.hasSuffix("." + ending) && name.utf8.count > ending.utf8.count + 1 {
            return String(name.dropLast(ending.count + 1))
        }
        return nil
    }
}

extension Project {
    /// The files that define a workflow; one, if all is well.
    func files(of workflow: WorkflowID) -> [DefinitionFile] {
        guard DefinitionName.isValid(workflow.rawValue) else { return [] }
        return Self.files(in: workflowsFolder, stem: workflow.rawValue, name: workflow.rawValue, folder: nil)
    }

    /// The files that define a tool; one, if all is well.
    func files(of tool: ToolID) -> [DefinitionFile] {
        let name = tool.rawValue
        guard DefinitionName.isValid(name) else { return [] }
        let folder = toolsFolder + "/" + name
        let own = SourceFile.isFolder(folder) ? Self.files(in: folder, stem: "tool", name: name, folder: folder) : []
        return Self.files(in: toolsFolder, stem: name, name: name, folder: nil) + own
    }

    /// Absolute paths of the files that define a tool; one, if all is well.
    package func toolFiles(of tool: ToolID) -> [String] { files(of: tool).map(\.path) }

    private static func files(in parent: String, stem: String, name: String, folder: String?) -> [DefinitionFile] {
        DefinitionFile.extensions.map { "\(parent)/\(stem).\($0)" }.filter(SourceFile.exists).map { path in
            DefinitionFile(path: path, name: name, folder: folder)
        }
    }

    /// The names that files in the workflows folder stand for, sorted.
    func workflowNames() -> [String] {
        Set(SourceFile.names(in: workflowsFolder).compactMap(DefinitionFile.stem)).sorted()
    }

    /// The names that files and folders of the tool registry stand for, sorted.
    func toolNames() -> [String] {
        let names = SourceFile.names(in: toolsFolder).compactMap { name in
            SourceFile.isFolder(toolsFolder + "/" + name) ? name : DefinitionFile.stem(name)
        }
        return Set(names).sorted()
    }
}
