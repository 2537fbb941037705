internal import LockstepJSON
internal import LockstepModel

/// Checks the flow of values through a workflow: every rule that needs both the workflow and its tools.
struct WorkflowChecker {
    let workflow: Workflow
    /// Tools that are missing here are not checked against.
    let tools: [ToolID: Tool]
    /// The same for the workflows that steps call.
    let called: [WorkflowID: Workflow]
    private(set) var problems: [DefinitionProblem] = []

    /// Where a variable's value comes from.
    private struct Origin {
        let step: Int?
        let noun: String
        /// Nil when it is not known what the values are.
        let schema: ValueSchema?
    }

    private var available: [String: Origin] = [:]

    init(workflow: Workflow, tools: [ToolID: Tool], called: [WorkflowID: Workflow] = [:]) {
        self.workflow = workflow
        self.tools = tools
        self.called = called
    }

    mutating func check() {
        // Pointers go by place in the file, so a list with foreign items, a finding already, is left alone.
        let written = ["steps", "finally"].map { workflow.definition[$0]?.arrayValue?.count ?? 0 }
        guard written == [workflow.steps.count, workflow.finalSteps.count] else { return }
        for variable in workflow.inputVariables where available[variable.id] == nil {
            available[variable.id] = Origin(step: nil, noun: "the input variable", schema: variable.schema)
        }
        for (index, step) in workflow.allSteps.enumerated() {
            let tool = step.tool.flatMap { tools[$0.id] }
            if let tool {
                checkTool(tool, of: step, index)
                checkRetry(of: step, index, tool)
            }
            for entry in step.parameterMappings { check(entry.parameter, entry.mapping, of: step, index, tool) }
            for entry in step.outputMappings { make(entry.variable, from: entry.output, of: step, index, tool) }
        }
        checkOutputs()
    }

    private mutating func note(
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

    // MARK: - Tools

    private mutating func checkTool(_ tool: Tool, of step: WorkflowStep, _ index: Int) {
        if let reference = step.tool, !reference.accepts(version: tool.version) {
            let place = JSONPointer(workflow.place(ofStep: index) + ["tool", "version"])
            note(
                place,
                "the tool `\(tool.id)` has version \(tool.version); this step wants \(reference.version ?? "another")"
            )
        }
        let mapped = Set(step.parameterMappings.map(\.parameter))
        let written = Set(step.parameterMappingsSource.objectValue?.names ?? [])
        for parameter in tool.parameters where parameter.isRequired && parameter.defaultValue == nil {
            guard !mapped.contains(parameter.name), !written.contains(parameter.name) else { continue }
            let hasMappings = step.parameterMappingsSource.objectValue?.isEmpty == false
            let place = JSONPointer(workflow.place(ofStep: index) + (hasMappings ? ["parameter_mappings"] : []))
            let message =
                "the tool `\(tool.id)` needs `\(parameter.name)` (\(parameter.schema.shown)); map it to a variable or a value"
            note(place, message, concernsName: hasMappings)
        }
    }

    private mutating func checkRetry(of step: WorkflowStep, _ index: Int, _ tool: Tool) {
        guard let policy = step.retry else { return }
        let place = JSONPointer(workflow.place(ofStep: index) + ["retry"])
        if !tool.isIdempotent {
            note(
                place,
                "the tool `\(tool.id)` says `idempotent: false`, so nothing starts it a second time by itself; leave `retry` out",
                concernsName: true
            )
        }
        let written =
            JSONPointer(workflow.place(ofStep: index) + ["retry", "on_exit_codes"])
            .resolve(in: workflow.definition)?.arrayValue ?? []
        for (item, code) in written.enumerated() {
            guard let code = code.integerValue.flatMap({ Int32(exactly: $0) }), policy.covers(exitCode: code),
                tool.successExitCodes.contains(code)
            else { continue }
            note(
                place.appending("on_exit_codes").appending(item),
                "the exit code \(code) means success for the tool `\(tool.id)`, so it is never tried again"
            )
        }
    }

    // MARK: - Parameters

    private mutating func check(
        _ name: String,
        _ mapping: Mapping,
        of step: WorkflowStep,
        _ index: Int,
        _ tool: Tool?
    ) {
        let place = JSONPointer(workflow.place(ofStep: index) + ["parameter_mappings", name])
        let parameter = tool?.parameter(name)
        if let tool, parameter == nil {
            noteUnknown("parameter", name, among: tool.parameters.map(\.name), of: tool, at: place)
        }
        switch mapping {
        case .variable(let variable): check(variable: variable, for: parameter, index, at: place)
        case .rule: break
        case .literal(let value):
            let isMarked = step.parameterMappingsSource[name]?.objectValue != nil
            check(literal: value, isMarked: isMarked, for: parameter, at: isMarked ? place.appending("value") : place)
        }
    }

    private mutating func check(variable: String, for parameter: Parameter?, _ index: Int, at place: JSONPointer) {
        guard let origin = available[variable] else {
            let maker = workflow.allSteps.indices.first { later in
                workflow.allSteps[later].outputMappings.contains { $0.variable == variable }
            }
            guard let maker else { return }
            let when = maker == index ? "which is this step itself" : "which runs later"
            note(place, "`\(variable)` is made by step `\(workflow.allSteps[maker].id)`, \(when)")
            return
        }
        guard let parameter, let given = origin.schema,
            let conflict = SchemaConflict.between(given, parameter.schema)
        else { return }
        let source = "\(origin.noun) `\(variable)`" + (origin.step == nil ? "" : ",")
        note(place, "`\(parameter.name)` takes \(conflict.wanted), but \(source) is \(conflict.given)")
    }

    private mutating func check(
        literal value: JSONValue,
        isMarked: Bool,
        for parameter: Parameter?,
        at place: JSONPointer
    ) {
        let violations = parameter.map { $0.schema.violations(in: value) } ?? []
        let wanted = isMarked ? nil : value.stringValue
        let nearest = wanted.flatMap(nearestVariable)
        if let wanted, let nearest {
            if !violations.isEmpty {
                note(place, "there is no variable `\(wanted)`; did you mean `\(nearest)`?", suggestion: nearest)
            } else if parameter != nil {
                let message = """
                    \(value) is no variable and is passed as this text; did you mean `\(nearest)`? \
                    (write {value: \(value)} if the text is meant)
                    """
                note(place, message, severity: .warning, suggestion: nearest)
            }
            return
        }
        guard let parameter else { return }
        let isName = wanted.map { DefinitionName.isValid($0) && !parameter.schema.types.contains(.string) } ?? false
        for violation in violations {
            let hint = isName && violation.pointer.tokens.isEmpty ? ", and there is no variable of this name" : ""
            let inner = JSONPointer(place.tokens + violation.pointer.tokens)
            let path = violation.pointer.tokens.isEmpty ? "" : " at \(violation.pointer)"
            note(inner, "`\(parameter.name)`\(path) \(violation.message)\(hint)")
        }
    }

    /// The variable that somebody most likely means, also by the name that people see.
    private func nearestVariable(to name: String) -> String? {
        if let variable = workflow.inputVariables.first(where: { $0.name == name }) { return variable.id }
        let made = workflow.allSteps.flatMap { $0.outputMappings.map(\.variable) }
        return EditDistance.nearest(to: name, among: workflow.inputVariables.map(\.id) + made)
    }

    // MARK: - Outputs

    private mutating func make(
        _ variable: String,
        from output: String,
        of step: WorkflowStep,
        _ index: Int,
        _ tool: Tool?
    ) {
        let place = JSONPointer(workflow.place(ofStep: index) + ["output_mappings", output])
        if let tool, tool.output(output) == nil {
            noteUnknown("output", output, among: tool.outputs.map(\.name), of: tool, at: place)
        }
        if let origin = available[variable] {
            if let first = origin.step {
                let id = workflow.allSteps[first].id
                let maker = first == index ? "this step already makes it" : "step `\(id)` makes it already"
                note(place, "the variable `\(variable)` is written twice: \(maker)")
            } else {
                note(place, "the variable `\(variable)` is an input; choose another name for this output")
            }
            return
        }
        let noun = "the output `\(output)` of step `\(step.id)`, kept as"
        available[variable] = Origin(step: index, noun: noun, schema: tool?.output(output)?.schema)
    }

    /// Refuses a name that the tool does not have.
    private mutating func noteUnknown(
        _ noun: String,
        _ name: String,
        among names: [String],
        of tool: Tool,
        at place: JSONPointer
    ) {
        let nearest = EditDistance.nearest(to: name, among: names)
        let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
        let hint = nearest.map { "did you mean `\($0)`?" } ?? list
        note(
            place,
            "the tool `\(tool.id)` has no \(noun) `\(name)`; \(hint)",
            concernsName: true,
            suggestion: nearest
        )
    }

    private mutating func checkOutputs() {
        var seen: Set<String> = []
        for (index, item) in (workflow.definition["outputs"]?.arrayValue ?? []).enumerated() {
            guard let name = item.stringValue else { continue }
            let place = JSONPointer(["outputs", String(index)])
            if !seen.insert(name).inserted { note(place, "the output `\(name)` is named twice") }
            guard available[name] == nil else { continue }
            let nearest = EditDistance.nearest(to: name, among: available.keys)
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "add it to the output_mappings of a step"
            note(place, "no step makes the variable `\(name)`; \(hint)", suggestion: nearest)
        }
    }
}

extension Workflow {
    /// Where the step of a sequence number stands in the file, as tokens of a pointer.
    func place(ofStep index: Int) -> [String] {
        index < steps.count ? ["steps", String(index)] : ["finally", String(index - steps.count)]
    }
}
