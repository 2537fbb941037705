internal import LockstepModel

/// The names that tests of a workflow may use, as far as they follow from the project's files.
struct TestedScope {
    let workflow: Workflow
    private let registry: EditorRegistry
    /// Those of the workflow and of all that it calls, sorted by id.
    let tools: [Tool]

    /// - Returns: Nil when something that the workflow uses is missing or cannot be read, so that it cannot be tested.
    init?(_ workflow: Workflow, _ registry: EditorRegistry) {
        self.workflow = workflow
        self.registry = registry
        var tools: [ToolID: Tool] = [:]
        var seen: Set<WorkflowID> = [workflow.id]
        var waiting = [workflow]
        while let next = waiting.popLast() {
            for step in next.allSteps {
                if let id = step.tool?.id {
                    guard let tool = registry.tool(id) else { return nil }
                    tools[id] = tool
                } else if let id = step.calledWorkflow {
                    guard let called = registry.workflow(id) else { return nil }
                    if seen.insert(id).inserted { waiting.append(called) }
                }
            }
        }
        self.tools = tools.values.sorted { $0.id < $1.id }
    }

    func tool(of step: WorkflowStep) -> Tool? { step.tool.flatMap { registry.tool($0.id) } }

    /// The variables that have a value at some time: inputs, and what steps make.
    var variables: [String] {
        workflow.inputVariables.map(\.id) + workflow.allSteps.flatMap { $0.outputMappings.map(\.variable) }
    }

    /// The addresses of a loop's items: `ocr[2]`.
    func itemPattern(of step: WorkflowStep) -> String { "^\(Self.escaped(step.id.rawValue))\\[[0-9]+\\]$" }

    /// The addresses of the steps of a called workflow: `call/analyze`.
    func innerPattern(of step: WorkflowStep) -> String {
        "^\(Self.escaped(step.id.rawValue))\(step.loop == nil ? "" : "(?:\\[[0-9]+\\])?")/."
    }

    /// Of the characters of names, only the dot means something else in a pattern.
    private static func escaped(_ name: String) -> String {
        name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")
    }
}
