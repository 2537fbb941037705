package import LockstepModel

/// A workflow that can be run, with the tools of its steps, and the workflows that they call, directly or not.
package struct CheckedWorkflow: Sendable, Hashable {
    package let workflow: Workflow
    /// Those of the called workflows among them.
    package let tools: [ToolID: Tool]
    /// The called workflows; no workflow calls itself in any way.
    package let called: [WorkflowID: Workflow]
    /// What is probably not meant, but does not keep the workflow from running.
    package let warnings: [Finding]

    package init(
        workflow: Workflow,
        tools: [ToolID: Tool],
        called: [WorkflowID: Workflow] = [:],
        warnings: [Finding] = []
    ) {
        self.workflow = workflow
        self.tools = tools
        self.called = called
        self.warnings = warnings
    }
}

/// The definitions of a project. Reads only the files that a call needs, each time anew.
package struct Catalog: Sendable {
    package let project: Project
    private let loader: DefinitionLoader

    package init(_ project: Project) {
        self.project = project
        loader = DefinitionLoader(project: project)
    }

    /// The workflows that the project has files for, sorted; the files may be invalid.
    package func workflowIDs() -> [WorkflowID] { project.workflowNames().map { WorkflowID($0) } }

    /// The tools that the project has files for, sorted; the files may be invalid.
    package func toolIDs() -> [ToolID] { project.toolNames().map { ToolID($0) } }

    /// Reads a workflow and the tools that it uses, and checks them together.
    ///
    /// - Throws: `WORKFLOW_NOT_FOUND`, or `WORKFLOW_INVALID` with all findings.
    package func workflow(_ id: WorkflowID) throws(DefinitionError) -> CheckedWorkflow {
        let files = project.files(of: id)
        guard let file = files.first else {
            let hint =
                hint(nearest: id.rawValue, among: project.workflowNames())
                ?? "`lockstep workflows list` shows all of them"
            throw DefinitionError(.workflowNotFound, "there is no workflow `\(id)`; \(hint)")
        }
        return try workflow(file, named: "the workflow `\(id)`", doubles: files.dropFirst())
    }

    /// Reads what somebody means who types the id of a workflow or the path of a workflow file.
    ///
    /// - Parameter folder: Where a relative path begins.
    /// - Throws: As ``workflow(_:)``.
    package func workflow(named text: String, from folder: String) throws(DefinitionError) -> CheckedWorkflow {
        let isPath = text.contains("/") || DefinitionFile.stem(text) != nil
        guard isPath else { return try workflow(WorkflowID(text)) }
        return try workflow(atPath: text.hasPrefix("/") ? text : folder + "/" + text)
    }

    /// Reads a workflow from any file; its tools are those of the project.
    ///
    /// - Throws: As ``workflow(_:)``.
    package func workflow(atPath path: String) throws(DefinitionError) -> CheckedWorkflow {
        try workflow(
            DefinitionFile(path: SourceFile.realPath(path) ?? path),
            named: "the workflow in \(path)",
            doubles: []
        )
    }

    /// Reads a tool.
    ///
    /// - Throws: `TOOL_NOT_FOUND`, or `WORKFLOW_INVALID` with all findings.
    package func tool(_ id: ToolID) throws(DefinitionError) -> Tool {
        let files = project.files(of: id)
        guard let file = files.first, let loaded = loader.tool(file) else {
            let hint =
                hint(nearest: id.rawValue, among: project.toolNames()) ?? "`lockstep tools list` shows all of them"
            throw DefinitionError(.toolNotFound, "there is no tool `\(id)`; \(hint)")
        }
        let findings = loaded.findings + doubles(files.dropFirst(), of: file)
        guard let tool = loaded.value, !findings.contains(where: \.isError) else {
            throw DefinitionError(.workflowInvalid, "the tool `\(id)` cannot be used", findings: findings.sorted())
        }
        return tool
    }

    private func hint(nearest name: String, among names: [String]) -> String? {
        EditDistance.nearest(to: name, among: names).map { "did you mean `\($0)`?" }
    }

    private func doubles(_ files: ArraySlice<DefinitionFile>, of first: DefinitionFile) -> [Finding] {
        files.map { file in
            let message = "`\(file.name)` is defined twice; the other file is \(project.relative(first.path))"
            return Finding(file: project.relative(file.path), message: message)
        }
    }

    private func workflow(
        _ file: DefinitionFile,
        named noun: String,
        doubles files: ArraySlice<DefinitionFile>
    ) throws(DefinitionError) -> CheckedWorkflow {
        guard let loaded = loader.workflow(file) else {
            throw DefinitionError(.workflowNotFound, "there is no file \(project.relative(file.path))")
        }
        var linker = WorkflowLinker(project: project)
        var findings = loaded.findings + doubles(files, of: file)
        guard let workflow = loaded.value else {
            throw DefinitionError(.workflowInvalid, "\(noun) cannot be used", findings: findings)
        }
        findings += linker.findings(of: workflow, in: loaded.document, includingTools: true)
        findings.sort()
        if findings.contains(where: \.isError) {
            throw DefinitionError(.workflowInvalid, "\(noun) cannot be used", findings: findings)
        }
        return CheckedWorkflow(
            workflow: workflow,
            tools: linker.tools,
            called: linker.workflows,
            warnings: findings
        )
    }
}
