internal import LockstepJSON
internal import LockstepModel

/// Checks the flow of values through a workflow: every rule that needs both the workflow and what its steps use.
///
/// Steps are looked at in the order in which they run, so what is known of variables at a step is what the steps before it
/// make. What each place is checked for stands in the extensions.
struct WorkflowChecker {
    let workflow: Workflow
    /// Those of `finally` last.
    let steps: [WorkflowStep]
    private let tools: [ToolID: Tool]
    private let called: [WorkflowID: StepInterface]
    private(set) var problems: [DefinitionProblem] = []

    /// The variables that are known so far; after the check, all.
    private(set) var variables: [String: FlowVariable] = [:]
    /// The first step that makes each variable.
    private(set) var makers: [String: Int] = [:]
    /// Variables that something reads.
    private(set) var used: Set<String> = []
    /// Set when a rule may read any variable.
    private(set) var usesAnything = false
    private var nearest: NameIndex?

    /// - Parameters:
    ///   - tools: Tools that are missing here are not checked against.
    ///   - called: The same for the workflows that steps call.
    init(workflow: Workflow, tools: [ToolID: Tool], called: [WorkflowID: StepInterface] = [:]) {
        self.workflow = workflow
        steps = workflow.allSteps
        self.tools = tools
        self.called = called
        for (index, step) in steps.enumerated() {
            for entry in step.outputMappings where makers[entry.variable] == nil { makers[entry.variable] = index }
        }
    }

    mutating func check() {
        // Pointers go by place in the file, so a list with foreign items, a finding already, is left alone.
        let written = ["steps", "finally"].map { workflow.definition[$0]?.arrayValue?.count ?? 0 }
        guard written == [workflow.steps.count, workflow.finalSteps.count] else { return }
        for variable in workflow.inputVariables where variables[variable.id] == nil {
            variables[variable.id] = FlowVariable(
                step: nil,
                noun: "the input variable",
                forecast: .fitting(variable.schema)
            )
        }
        for index in steps.indices { check(step: index) }
        checkOutputs()
        checkInputs()
    }

    private mutating func check(step index: Int) {
        let step = steps[index]
        let interface = interface(of: step)
        if let interface { check(interface, of: index) }
        if let tool = step.tool.flatMap({ tools[$0.id] }) { check(tool, of: index) }
        checkCondition(of: index)
        let item = checkLoop(of: index)
        let reader = Reader(step: index, item: item)
        for entry in step.parameterMappings { check(entry, of: reader, interface) }
        for entry in step.outputMappings { make(entry, by: index, interface) }
    }

    private func interface(of step: WorkflowStep) -> StepInterface? {
        switch step.work {
        case .tool(let reference): tools[reference.id].map(StepInterface.init)
        case .workflow(let id): called[id]
        }
    }

    // MARK: - Notes

    mutating func note(
        _ pointer: JSONPointer,
        _ message: String,
        concernsName: Bool = false,
        severity: Finding.Severity = .error,
        suggestion: String? = nil
    ) {
        problems.append(
            DefinitionProblem(pointer, message, concernsName: concernsName, severity: severity, suggestion: suggestion)
        )
    }

    mutating func use(_ variable: String) { used.insert(variable) }

    mutating func useAnything() { usesAnything = true }

    mutating func add(_ variable: FlowVariable, named name: String) { variables[name] = variable }

    func place(_ index: Int, _ tokens: String...) -> JSONPointer {
        JSONPointer(workflow.place(ofStep: index) + tokens)
    }

    /// The variable that somebody most likely means, also by the name that people see.
    mutating func nearestVariable(to name: String, for reader: Reader? = nil) -> String? {
        if let variable = workflow.inputVariables.first(where: { $0.name == name && $0.id != name }) {
            return variable.id
        }
        if let item = reader.flatMap({ $0.item == nil ? nil : steps[$0.step].loop?.itemName }),
            let found = EditDistance.nearest(to: name, among: [item])
        {
            return found
        }
        let index = nearest ?? NameIndex(workflow.inputVariables.map(\.id) + makers.keys)
        nearest = index
        return index.nearest(to: name)
    }
}

/// Who reads variables: the parameters of a step, or its guard and its list, which know of no item.
struct Reader {
    let step: Int
    /// The item of the step's `for_each`, where there is one.
    let item: FlowVariable?
}

extension Workflow {
    /// Where the step of a sequence number stands in the file, as tokens of a pointer.
    func place(ofStep index: Int) -> [String] {
        index < steps.count ? ["steps", String(index)] : ["finally", String(index - steps.count)]
    }
}
