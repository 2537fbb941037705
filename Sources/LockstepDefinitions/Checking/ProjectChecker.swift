internal import LockstepJSON
package import LockstepModel

/// What a check found out.
package struct CheckReport: Sendable {
    /// The files that were checked, relative to the project, sorted.
    package let files: [String]
    /// All findings of all files, sorted.
    package let findings: [Finding]
    /// The tools that ask for each secret, by the secret's name.
    package let secrets: [String: Set<ToolID>]
    /// The tools among them that can be read, and those that the workflows among them use, by id.
    package let tools: [Tool]
    /// What the project's files define, without findings; nil when only some of them were looked at.
    package let registry: EditorRegistry?

    package var hasErrors: Bool { findings.contains(where: \.isError) }
}

/// Checks definition files of a project, each by itself and all together, and finds everything at once.
package struct ProjectChecker: Sendable {
    private let project: Project
    private let knownSecrets: Set<String>?

    /// - Parameter knownSecrets: The names of those that are set, so that others are warned of; nil when nobody knows.
    package init(_ project: Project, knownSecrets: Set<String>? = nil) {
        self.project = project
        self.knownSecrets = knownSecrets
    }

    /// Checks all workflows, tools and workflow tests of the project.
    package func check() -> CheckReport {
        var run = Run(project: project, knownSecrets: knownSecrets)
        run.checkAll()
        run.makeRegistry()
        return run.report
    }

    /// Checks only these files, and the tools that the workflows among them use.
    ///
    /// - Parameter paths: Files, or folders whose definition files are meant.
    package func check(_ paths: [String]) -> CheckReport {
        var run = Run(project: project, knownSecrets: knownSecrets)
        for path in paths { run.check(path: SourceFile.realPath(path) ?? path) }
        return run.report
    }
}

/// One check: what was looked at so far.
private struct Run {
    private let project: Project
    private let loader: DefinitionLoader
    private var linker: WorkflowLinker
    private var files: Set<String> = []
    private var findings: Set<Finding> = []
    private var secrets: [String: Set<ToolID>] = [:]
    private let knownSecrets: Set<String>?
    /// Which workflow each schedule belongs to.
    private var schedules: [String: WorkflowID] = [:]
    /// Those that were named by their files.
    private var tools: [ToolID: Tool] = [:]
    private var registry: EditorRegistry?

    init(project: Project, knownSecrets: Set<String>?) {
        self.project = project
        self.knownSecrets = knownSecrets
        loader = DefinitionLoader(project: project)
        linker = WorkflowLinker(project: project)
    }

    var report: CheckReport {
        let all = tools.merging(linker.tools) { own, _ in own }
        return CheckReport(
            files: files.sorted(),
            findings: findings.sorted(),
            secrets: secrets,
            tools: all.keys.sorted().compactMap { all[$0] },
            registry: registry
        )
    }

    /// What was read of the whole project, so that nobody needs to read it again.
    mutating func makeRegistry() {
        let (tools, workflows) = (linker.tools, linker.workflows)
        registry = EditorRegistry(
            tools: project.toolNames().map { ToolID($0) }.filter { !project.files(of: $0).isEmpty }
                .map { ($0, tools[$0]) },
            workflows: project.workflowNames().map { WorkflowID($0) }.compactMap { id in
                let files = project.files(of: id)
                guard !files.isEmpty else { return nil }
                return (id, files.count == 1 ? workflows[id] : nil)
            }
        )
    }

    /// Notes what a tool needs, and warns of what is not set.
    private mutating func takeSecrets(of loaded: Loaded<Tool>) {
        guard let tool = loaded.value else { return }
        for (index, item) in (tool.definition["secrets"]?.arrayValue ?? []).enumerated() {
            guard let name = item.stringValue, tool.secrets.contains(name) else { continue }
            secrets[name, default: []].insert(tool.id)
            guard let knownSecrets, !knownSecrets.contains(name) else { continue }
            let problem = DefinitionProblem(
                JSONPointer(["secrets", String(index)]),
                "the secret `\(name)` is not set; `lockstep secrets set \(name)` sets it",
                severity: .warning
            )
            findings.insert(loaded.document.finding(problem))
        }
    }

    mutating func checkAll() {
        checkConfiguration()
        linker.read(tools: Set(project.toolNames().map { ToolID($0) }), project.workflowNames().map { WorkflowID($0) })
        checkWorkflows()
        checkTools()
        checkTests()
    }

    private mutating func checkTests() {
        let loader = WorkflowTestLoader(project)
        for path in loader.files() { test(path, loader) }
    }

    private mutating func test(_ path: String, _ loader: WorkflowTestLoader) {
        files.insert(project.relative(path))
        if let loaded = loader.load(path) { findings.formUnion(loaded.findings) }
    }

    private mutating func checkConfiguration() {
        guard SourceFile.exists("\(project.root)/\(ProjectConfiguration.fileName)") else { return }
        files.insert(ProjectConfiguration.fileName)
        findings.formUnion(ProjectConfiguration.load(project).findings)
    }

    private mutating func checkWorkflows() {
        for name in project.workflowNames() {
            checkWorkflow(project.files(of: WorkflowID(name)), in: "workflows", name)
        }
    }

    private mutating func checkTools() {
        let ids = project.toolNames().map { ToolID($0) }
        linker.read(tools: Set(ids))
        for id in ids { checkTool(id) }
    }

    private mutating func checkWorkflow(_ candidates: [DefinitionFile], in folder: String, _ name: String) {
        guard let first = candidates.first else { return noteName(name, in: folder) }
        files.insert(project.relative(first.path))
        workflow(linker.workflow(WorkflowID(name)))
        for other in candidates.dropFirst() {
            files.insert(project.relative(other.path))
            workflow(loader.workflow(other))
            let message = "`\(name)` is defined twice; the other file is \(project.relative(first.path))"
            findings.insert(Finding(file: project.relative(other.path), message: message))
        }
    }

    private mutating func checkTool(_ id: ToolID) {
        let candidates = project.files(of: id)
        for file in candidates { files.insert(project.relative(file.path)) }
        if let tool = linker.tool(id) {
            findings.formUnion(tool.findings)
            takeSecrets(of: tool)
        } else if DefinitionName.isValid(id.rawValue) {
            let message = "the folder has no tool.yaml; a tool's folder holds its definition"
            findings.insert(Finding(file: "tools-registry/\(id)", message: message))
        } else {
            noteName(id.rawValue, in: "tools-registry")
        }
    }

    private mutating func noteName(_ name: String, in folder: String) {
        let message = "the name cannot be that of a definition; a name \(DefinitionName.rule), without `..`"
        findings.insert(Finding(file: "\(folder)/\(name)", message: message))
    }

    mutating func check(path: String) {
        if SourceFile.isFolder(path) { return check(folder: path) }
        if path == "\(project.root)/\(ProjectConfiguration.fileName)" { return checkConfiguration() }
        let file = DefinitionFile(path: path)
        guard let document = SourceDocument.load(path, named: project.relative(path)) else {
            findings.insert(Finding(file: project.relative(path), message: "there is no such file"))
            return
        }
        if isTest(document.root?.json, file) { return test(path, WorkflowTestLoader(project)) }
        if isTool(document.root?.json, file) { tool(file) } else { check(workflow: file, document) }
    }

    private mutating func check(workflow file: DefinitionFile, _ document: SourceDocument) {
        files.insert(project.relative(file.path))
        workflow(loader.workflow(file, document))
    }

    private func isTest(_ json: JSONValue?, _ file: DefinitionFile) -> Bool {
        if json?["workflow_id"] != nil || json?["tool_id"] != nil { return false }
        return json?["test_id"] != nil || file.path.hasPrefix(project.workflowTestsFolder + "/")
    }

    private mutating func check(folder: String) {
        switch folder {
        case project.root: checkAll()
        case project.workflowsFolder: checkWorkflows()
        case project.toolsFolder: checkTools()
        case project.workflowTestsFolder: checkTests()
        case _ where folder.hasPrefix(project.toolsFolder + "/"):
            let name = project.relative(folder).split(separator: "/")[1]
            checkTool(ToolID(String(name)))
        default:
            let names = SourceFile.names(in: folder).filter { DefinitionFile.stem($0) != nil }
            if names.isEmpty {
                let isProject = ["workflows", "tools-registry"].contains { SourceFile.isFolder("\(folder)/\($0)") }
                let message =
                    isProject
                    ? "this is another project; name it with --project instead" : "the folder holds no definitions"
                findings.insert(Finding(file: project.relative(folder), message: message))
            }
            for name in names where !SourceFile.isFolder("\(folder)/\(name)") { check(path: "\(folder)/\(name)") }
        }
    }

    /// What a file says it is, or else where it stands.
    private func isTool(_ json: JSONValue?, _ file: DefinitionFile) -> Bool {
        if json?["workflow_id"] != nil { return false }
        return json?["tool_id"] != nil || file.path.hasPrefix(project.toolsFolder + "/")
    }

    private mutating func tool(_ file: DefinitionFile) {
        files.insert(project.relative(file.path))
        guard let loaded = loader.tool(file) else { return }
        findings.formUnion(loaded.findings)
        takeSecrets(of: loaded)
        if let tool = loaded.value { tools[tool.id] = tool }
    }

    /// Schedules are named by themselves, so that no two workflows may have one of the same name.
    private mutating func checkSchedules(of workflow: Workflow, in document: SourceDocument) {
        for (index, item) in (document.root?.json["schedules"]?.arrayValue ?? []).enumerated() {
            guard let id = item["schedule_id"]?.stringValue else { continue }
            if let other = schedules[id], other != workflow.id {
                let problem = DefinitionProblem(
                    JSONPointer(["schedules", String(index), "schedule_id"]),
                    "the workflow `\(other)` has a schedule `\(id)` as well; each needs a name of its own"
                )
                findings.insert(document.finding(problem))
            }
            schedules[id] = workflow.id
        }
    }

    private mutating func workflow(_ loaded: Loaded<Workflow>?) {
        guard let loaded else { return }
        findings.formUnion(loaded.findings)
        guard let workflow = loaded.value else { return }
        checkSchedules(of: workflow, in: loaded.document)
        findings.formUnion(linker.findings(of: workflow, in: loaded.document, includingTools: true))
        for id in workflow.allSteps.compactMap(\.tool?.id) where DefinitionName.isValid(id.rawValue) {
            if let tool = linker.tool(id) { takeSecrets(of: tool) }
        }
    }
}
