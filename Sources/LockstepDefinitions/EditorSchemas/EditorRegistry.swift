internal import LockstepModel

/// What a project's files define, as editors complete it: by id, with nil for what cannot be read.
package struct EditorRegistry: Sendable {
    /// Sorted by id; a tool with mistakes in its file has only its id.
    let tools: [(id: ToolID, tool: Tool?)]
    /// Sorted by id; a workflow with mistakes in its file has only its id.
    let workflows: [(id: WorkflowID, workflow: Workflow?)]
    /// What is wrong with those that cannot be read; sorted.
    package let findings: [Finding]

    private let toolsByID: [ToolID: Tool]
    private let workflowsByID: [WorkflowID: Workflow]

    init(
        tools: [(id: ToolID, tool: Tool?)],
        workflows: [(id: WorkflowID, workflow: Workflow?)],
        findings: [Finding] = []
    ) {
        self.tools = tools
        self.workflows = workflows
        self.findings = findings.sorted()
        toolsByID = Dictionary(tools.compactMap { id, tool in tool.map { (id, $0) } }) { first, _ in first }
        workflowsByID = Dictionary(workflows.compactMap { id, found in found.map { (id, $0) } }) { first, _ in first }
    }

    /// Reads the definition files of a project, each by itself.
    package init(_ project: Project) {
        let loader = DefinitionLoader(project: project)
        var findings: [Finding] = []
        func sound<Value>(_ files: [DefinitionFile], _ load: (DefinitionFile) -> Loaded<Value>?) -> Value? {
            let all = files.compactMap(load)
            findings += all.flatMap(\.findings).filter(\.isError)
            if let first = files.first {
                findings += files.dropFirst().map { file in
                    let message = "`\(file.name)` is defined twice; the other file is \(project.relative(first.path))"
                    return Finding(file: project.relative(file.path), message: message)
                }
            }
            return all.count == 1 && !all[0].hasErrors ? all[0].value : nil
        }
        var tools: [(id: ToolID, tool: Tool?)] = []
        for id in project.toolNames().map({ ToolID($0) }) {
            let files = project.files(of: id)
            if !files.isEmpty { tools.append((id, sound(files, loader.tool))) }
        }
        var workflows: [(id: WorkflowID, workflow: Workflow?)] = []
        for id in project.workflowNames().map({ WorkflowID($0) }) {
            let files = project.files(of: id)
            if !files.isEmpty { workflows.append((id, sound(files) { loader.workflow($0) })) }
        }
        self.init(tools: tools, workflows: workflows, findings: findings)
    }

    func tool(_ id: ToolID) -> Tool? { toolsByID[id] }
    func workflow(_ id: WorkflowID) -> Workflow? { workflowsByID[id] }
}
