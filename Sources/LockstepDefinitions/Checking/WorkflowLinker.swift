internal import LockstepJSON
internal import LockstepModel

/// Finds the tools and workflows that workflows use, each read once, and checks the workflows against them.
struct WorkflowLinker {
    private let project: Project
    private let loader: DefinitionLoader
    private var loaded: [ToolID: Loaded<Tool>?] = [:]
    private var loadedWorkflows: [WorkflowID: Loaded<Workflow>?] = [:]
    /// Called workflows that were checked, each once however often it is called.
    private var checked: [WorkflowID: Check] = [:]
    private var toolNames: [String]?

    private struct Check {
        var findings: [Finding] = []
        /// How deep it calls: 1 when it calls none.
        var height = 1
    }

    /// How deep workflows may call each other; 1 is a workflow that calls none.
    static let maximumDepth = 8

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

    /// The called workflows read so far that can be used.
    var workflows: [WorkflowID: Workflow] {
        loadedWorkflows.compactMapValues { loaded in
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

    private mutating func workflow(_ id: WorkflowID) -> Loaded<Workflow>? {
        if let known = loadedWorkflows[id] { return known }
        let workflow = project.files(of: id).first.flatMap { loader.workflow($0) }
        loadedWorkflows[id] = .some(workflow)
        return workflow
    }

    /// What is wrong between a workflow and what it uses, and if wished with the tools and called workflows themselves.
    mutating func findings(
        of workflow: Workflow,
        in document: SourceDocument,
        includingTools: Bool
    ) -> [Finding] {
        check(workflow, in: document, includingTools, calledFrom: []).findings
    }

    /// - Parameter callers: The workflows that lead to this one, outermost first.
    private mutating func check(
        _ workflow: Workflow,
        in document: SourceDocument,
        _ includingTools: Bool,
        calledFrom callers: [WorkflowID]
    ) -> Check {
        var usedTools: [ToolID: Tool] = [:]
        var missing: Set<ToolID> = []
        var check = Check()
        for id in Set(workflow.allSteps.compactMap(\.tool?.id)) where DefinitionName.isValid(id.rawValue) {
            guard let tool = tool(id) else {
                missing.insert(id)
                continue
            }
            usedTools[id] = tool.value
            if includingTools { check.findings += tool.findings }
        }
        var called: [WorkflowID: Workflow] = [:]
        for (index, step) in workflow.allSteps.enumerated() {
            guard let id = step.calledWorkflow, DefinitionName.isValid(id.rawValue) else { continue }
            let place = JSONPointer(workflow.place(ofStep: index) + ["workflow"])
            let isNew = called[id] == nil
            let (callee, problem) = callee(id, includingTools, callers + [workflow.id], at: place)
            if let problem { check.findings.append(document.finding(problem)) }
            guard let callee else { continue }
            called[id] = callee.workflow
            check.height = max(check.height, 1 + callee.check.height)
            if isNew, includingTools { check.findings += callee.check.findings }
        }
        var checker = WorkflowChecker(workflow: workflow, tools: usedTools, called: called)
        checker.check()
        check.findings += checker.problems.map(document.finding)
        for (index, step) in workflow.allSteps.enumerated() {
            guard let id = step.tool?.id, missing.contains(id) else { continue }
            check.findings.append(document.finding(missingTool(id, workflow.place(ofStep: index))))
        }
        return check
    }

    /// A workflow that another one calls, checked as well, or what keeps the call from working.
    ///
    /// - Parameter path: The workflows that lead to the call, the calling one last.
    private mutating func callee(
        _ id: WorkflowID,
        _ includingTools: Bool,
        _ path: [WorkflowID],
        at place: JSONPointer
    ) -> (callee: (workflow: Workflow, check: Check)?, problem: DefinitionProblem?) {
        if let start = path.firstIndex(of: id) {
            let circle = (path[start...] + [id]).map { "`\($0)`" }.joined(separator: " calls ")
            return (nil, DefinitionProblem(place, "a workflow cannot call itself: \(circle)"))
        }
        guard let found = workflow(id) else { return (nil, missingWorkflow(id, at: place)) }
        guard let value = found.value else { return (nil, unusable(id, at: place)) }
        var check = checked[id]
        if check == nil, path.count < Self.maximumDepth {
            var fresh = self.check(value, in: found.document, includingTools, calledFrom: path)
            fresh.findings += found.findings
            checked[id] = fresh
            check = fresh
        }
        guard let check, path.count + check.height <= Self.maximumDepth else {
            let message = "workflows call each other more than \(Self.maximumDepth) deep here; call fewer"
            return (nil, DefinitionProblem(place, message))
        }
        let isWrong = !includingTools && check.findings.contains(where: \.isError)
        return ((value, check), isWrong ? unusable(id, at: place) : nil)
    }

    private func unusable(_ id: WorkflowID, at place: JSONPointer) -> DefinitionProblem {
        DefinitionProblem(place, "the workflow `\(id)` cannot be used; `lockstep check` says why")
    }

    private mutating func missingTool(_ id: ToolID, _ step: [String]) -> DefinitionProblem {
        let names = toolNames ?? project.toolNames()
        toolNames = names
        let nearest = EditDistance.nearest(to: id.rawValue, among: names)
        let hint = nearest.map { "did you mean `\($0)`?" } ?? "put it at tools-registry/\(id).yaml"
        return DefinitionProblem(
            JSONPointer(step + ["tool"]),
            "there is no tool `\(id)`; \(hint)",
            suggestion: nearest
        )
    }

    private func missingWorkflow(_ id: WorkflowID, at place: JSONPointer) -> DefinitionProblem {
        let nearest = EditDistance.nearest(to: id.rawValue, among: project.workflowNames())
        let hint = nearest.map { "did you mean `\($0)`?" } ?? "put it at workflows/\(id).yaml"
        return DefinitionProblem(place, "there is no workflow `\(id)`; \(hint)", suggestion: nearest)
    }
}
