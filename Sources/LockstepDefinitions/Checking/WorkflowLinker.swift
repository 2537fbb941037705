internal import LockstepModel

/// Finds the tools that workflows use, each read once, and checks the workflows against them.
struct WorkflowLinker {
    private let project: Project
    private let loader: DefinitionLoader
    private var loaded: [ToolID: Loaded<Tool>?] = [:]
    private var toolNames: [String]?

    init(project: Project) {
        self.project = project
        loader = DefinitionLoader(project: project)
    }

    /// The tools read so far that can be used.
    var tools: [ToolID: Tool] {
        loaded.compactMapValues { loaded in
            guard let loaded, !loaded.hasErrors else { return nil }
            return loaded.value
        }
    }

    mutating func tool(_ id: ToolID) -> Loaded<Tool>? {
        if let known = loaded[id] { return known }
        var tool: Loaded<Tool>?
        let files = project.files(of: id)
        if let file = files.first, let found = loader.tool(file) {
            let doubles = files.dropFirst().map { other in
                let message = "`\(id)` is defined twice; the other file is \(project.relative(file.path))"
                return Finding(file: project.relative(other.path), message: message)
            }
            tool = Loaded(document: found.document, value: found.value, findings: found.findings + doubles)
        }
        loaded[id] = .some(tool)
        return tool
    }

    /// What is wrong between a workflow and its tools, and if wished with the tools themselves.
    mutating func findings(
        of workflow: Workflow,
        in document: SourceDocument,
        includingTools: Bool
    ) -> [Finding] {
        var tools: [ToolID: Tool] = [:]
        var missing: Set<ToolID> = []
        var findings: [Finding] = []
        for id in Set(workflow.steps.map(\.tool.id)) where DefinitionName.isValid(id.rawValue) {
            guard let tool = tool(id) else {
                missing.insert(id)
                continue
            }
            tools[id] = tool.value
            if includingTools { findings += tool.findings }
        }
        var checker = WorkflowChecker(workflow: workflow, tools: tools)
        checker.check()
        findings += checker.problems.map(document.finding)
        for (index, step) in workflow.steps.enumerated() where missing.contains(step.tool.id) {
            findings.append(document.finding(missingTool(step, index)))
        }
        return findings
    }

    private mutating func missingTool(_ step: WorkflowStep, _ index: Int) -> DefinitionProblem {
        let names = toolNames ?? project.toolNames()
        toolNames = names
        let id = step.tool.id.rawValue
        let nearest = EditDistance.nearest(to: id, among: names)
        let hint = nearest.map { "did you mean `\($0)`?" } ?? "put it at tools-registry/\(id).yaml"
        return DefinitionProblem(step.toolPlace(index), "there is no tool `\(id)`; \(hint)", suggestion: nearest)
    }
}
