internal import Dispatch
internal import LockstepJSON
internal import LockstepModel
internal import Synchronization

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
        var findings: Set<Finding> = []
        /// How deep it calls: 1 when it calls none.
        var height = 1
        /// What its variables are, by name.
        var variables: [String: FlowVariable] = [:]
    }

    /// A step that calls a workflow.
    private struct Call {
        let caller: WorkflowID
        let document: SourceDocument
        let place: JSONPointer
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
        let tool = read(id)
        loaded[id] = .some(tool)
        return tool
    }

    /// Reads tools and workflows that were not read yet, on all processors when they are many.
    mutating func read(tools ids: Set<ToolID>, _ workflowIDs: [WorkflowID] = []) {
        let tools = ids.filter { loaded[$0] == nil }.map { Part.tool($0, nil) }
        // First, because a workflow may be larger than all tools.
        let parts = workflowIDs.filter { loadedWorkflows[$0] == nil }.map { Part.workflow($0, nil) } + tools
        guard parts.count >= 16 else { return }
        let found = Mutex<[Part]>([])
        let linker = self
        DispatchQueue.concurrentPerform(iterations: parts.count) { index in
            let part: Part =
                switch parts[index] {
                case .tool(let id, _): .tool(id, linker.read(id))
                case .workflow(let id, _): .workflow(id, linker.read(id))
                }
            found.withLock { $0.append(part) }
        }
        for part in found.withLock({ $0 }) {
            switch part {
            case .tool(let id, let tool): loaded[id] = .some(tool)
            case .workflow(let id, let workflow): loadedWorkflows[id] = .some(workflow)
            }
        }
    }

    /// A definition that is to be read, or was.
    private enum Part: Sendable {
        case tool(ToolID, Loaded<Tool>?)
        case workflow(WorkflowID, Loaded<Workflow>?)
    }

    private func read(_ id: ToolID) -> Loaded<Tool>? {
        let files = project.files(of: id)
        guard let file = files.first, let found = loader.tool(file) else { return nil }
        let doubles = files.dropFirst().map { other in
            let message = "`\(id)` is defined twice; the other file is \(project.relative(file.path))"
            return Finding(file: project.relative(other.path), message: message)
        }
        return Loaded(document: found.document, value: found.value, findings: found.findings + doubles)
    }

    mutating func workflow(_ id: WorkflowID) -> Loaded<Workflow>? {
        if let known = loadedWorkflows[id] { return known }
        let workflow = read(id)
        loadedWorkflows[id] = .some(workflow)
        return workflow
    }

    private func read(_ id: WorkflowID) -> Loaded<Workflow>? {
        project.files(of: id).first.flatMap { loader.workflow($0) }
    }

    /// What is wrong between a workflow and what it uses, and if wished with the tools and called workflows themselves; sorted.
    mutating func findings(
        of workflow: Workflow,
        in document: SourceDocument,
        includingTools: Bool
    ) -> [Finding] {
        check(workflow, in: document, includingTools, calledBy: []).findings.sorted()
    }

    /// - Parameter callers: The calls that lead to this workflow, outermost first.
    private mutating func check(
        _ workflow: Workflow,
        in document: SourceDocument,
        _ includingTools: Bool,
        calledBy callers: [Call]
    ) -> Check {
        var usedTools: [ToolID: Tool] = [:]
        var missing: Set<ToolID> = []
        var check = Check()
        let steps = workflow.allSteps
        let ids = Set(steps.compactMap(\.tool?.id)).filter { DefinitionName.isValid($0.rawValue) }
        read(tools: ids)
        for id in ids {
            guard let tool = tool(id) else {
                missing.insert(id)
                continue
            }
            usedTools[id] = tool.value
            if includingTools { check.findings.formUnion(tool.findings) }
        }
        var called: [WorkflowID: StepInterface] = [:]
        for (index, step) in steps.enumerated() {
            guard let id = step.calledWorkflow, DefinitionName.isValid(id.rawValue) else { continue }
            let place = JSONPointer(workflow.place(ofStep: index) + ["workflow"])
            let call = Call(caller: workflow.id, document: document, place: place)
            let (callee, findings) = callee(id, includingTools, callers + [call])
            check.findings.formUnion(findings)
            guard let callee else { continue }
            check.height = max(check.height, 1 + callee.check.height)
            guard called[id] == nil else { continue }
            called[id] = StepInterface(of: callee.workflow, variables: callee.check.variables)
            if includingTools { check.findings.formUnion(callee.check.findings) }
        }
        var checker = WorkflowChecker(workflow: workflow, tools: usedTools, called: called)
        checker.check()
        check.variables = checker.variables
        check.findings.formUnion(checker.problems.map(document.finding))
        for (index, step) in steps.enumerated() {
            guard let id = step.tool?.id, missing.contains(id) else { continue }
            check.findings.insert(document.finding(missingTool(id, workflow.place(ofStep: index))))
        }
        return check
    }

    /// A workflow that another one calls, checked as well, and what keeps the call from working.
    ///
    /// - Parameter path: The calls that lead to the workflow, the one that is looked at last.
    private mutating func callee(
        _ id: WorkflowID,
        _ includingTools: Bool,
        _ path: [Call]
    ) -> (callee: (workflow: Workflow, check: Check)?, findings: [Finding]) {
        if let start = path.firstIndex(where: { $0.caller == id }) { return (nil, Self.circle(Array(path[start...]))) }
        guard let call = path.last else { return (nil, []) }
        func refuse(_ problem: DefinitionProblem) -> [Finding] { [call.document.finding(problem)] }
        guard let found = workflow(id) else { return (nil, refuse(missingWorkflow(id, at: call.place))) }
        guard let value = found.value else { return (nil, refuse(unusable(id, at: call.place))) }
        var check = checked[id]
        if check == nil, path.count < Self.maximumDepth {
            var fresh = self.check(value, in: found.document, includingTools, calledBy: path)
            fresh.findings.formUnion(found.findings)
            checked[id] = fresh
            check = fresh
        }
        guard let check, path.count + check.height <= Self.maximumDepth else {
            let message = "workflows call each other more than \(Self.maximumDepth) deep here; call fewer"
            return (nil, refuse(DefinitionProblem(call.place, message)))
        }
        let isWrong = !includingTools && check.findings.contains(where: \.isError)
        return ((value, check), isWrong ? refuse(unusable(id, at: call.place)) : [])
    }

    /// A finding at each call of a circle; each names the whole circle, beginning with the caller.
    private static func circle(_ calls: [Call]) -> [Finding] {
        calls.indices.map { start in
            let names = (0...calls.count).map { "`\(calls[(start + $0) % calls.count].caller)`" }
            let message = "a workflow cannot call itself: \(names.joined(separator: " calls "))"
            return calls[start].document.finding(DefinitionProblem(calls[start].place, message))
        }
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
