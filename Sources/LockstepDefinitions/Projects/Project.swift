package import LockstepModel

/// A project folder: definitions, tools, and the state of its jobs.
package struct Project: Sendable, Hashable {
    /// Absolute, without links.
    package let root: String

    /// Absolute path of the folder for the database, the assets and the attempt folders.
    package let stateFolder: String

    /// For a folder that is known to be a project; the path is absolute.
    ///
    /// - Parameter stateFolder: Where the state is kept instead of `.lockstep`; absolute.
    package init(root: String, stateFolder: String? = nil) {
        self.root = root
        self.stateFolder = stateFolder ?? root + "/.lockstep"
    }

    package var workflowsFolder: String { root + "/workflows" }
    package var toolsFolder: String { root + "/tools-registry" }
    package var workflowTestsFolder: String { root + "/workflow-tests" }

    /// The folder with a tool's own files; nil when the tool is a single file.
    package func toolFolder(of id: ToolID) -> String? {
        let folder = "\(toolsFolder)/\(id)"
        return SourceFile.isFolder(folder) ? folder : nil
    }

    /// The environment variable that names the project folder.
    package static let variable = "LOCKSTEP_PROJECT"

    /// Finds the project that a command is about.
    ///
    /// - Parameters:
    ///   - folder: Where the command was started; the search goes upwards from there.
    ///   - explicit: `--project`, which goes before everything else.
    ///   - environment: Whose `LOCKSTEP_PROJECT` goes before the search.
    /// - Throws: `PROJECT_NOT_FOUND`.
    package static func discover(
        from folder: String,
        explicit: String?,
        environment: [String: String]
    ) throws(DefinitionError) -> Project {
        if let explicit { return try named(explicit, by: "--project", from: folder) }
        if let path = environment[variable], !path.isEmpty { return try named(path, by: variable, from: folder) }
        var candidate = SourceFile.realPath(folder)
        while let path = candidate {
            if isProject(path) { return Project(root: path) }
            candidate = path == "/" ? nil : parent(of: path)
        }
        let message = """
            there is no project here: neither \(folder) nor a folder above it has `workflows` and `tools-registry`; \
            run `lockstep init` to make one, or name one with --project
            """
        throw DefinitionError(.projectNotFound, message)
    }

    private static func named(
        _ path: String,
        by source: String,
        from folder: String
    ) throws(DefinitionError) -> Project {
        let absolute = path.hasPrefix("/") ? path : folder + "/" + path
        guard let root = SourceFile.realPath(absolute), SourceFile.isFolder(root) else {
            throw DefinitionError(.projectNotFound, "\(source) names \(path), but there is no such folder")
        }
        guard isProject(root) else {
            let message = """
                \(source) names \(path), which is not a project: it has no `workflows` and `tools-registry`; \
                run `lockstep init` there to make it one
                """
            throw DefinitionError(.projectNotFound, message)
        }
        return Project(root: root)
    }

    private static func isProject(_ path: String) -> Bool {
        let project = Project(root: path == "/" ? "" : path)
        return SourceFile.isFolder(project.stateFolder)
            || SourceFile.isFolder(project.workflowsFolder) && SourceFile.isFolder(project.toolsFolder)
    }

    private static func parent(of path: String) -> String {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        return cut == path.startIndex ? "/" : String(path[..<cut])
    }

    /// The path as findings show it: relative when it is below the root.
    package func relative(_ path: String) -> String {
        path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
}
