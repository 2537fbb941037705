internal import LockstepJSON
internal import LockstepModel

/// The variables that steps make, and what becomes of variables in the end.
extension WorkflowChecker {
    mutating func make(_ entry: OutputMapping, by index: Int, _ interface: StepInterface?) {
        let place = place(index, "output_mappings", entry.output)
        let output = interface?.output(entry.output)
        if let interface, output == nil {
            noteUnknown("output", entry.output, among: interface.outputNames, of: interface, at: place)
        }
        if let value = entry.defaultValue, value != .null {
            for violation in output?.schema?.violations(in: value) ?? [] {
                let inner = JSONPointer(place.tokens + ["default"] + violation.pointer.tokens)
                let path = violation.pointer.tokens.isEmpty ? "" : " at \(violation.pointer)"
                note(inner, "the default of `\(entry.variable)`\(path) \(violation.message)")
            }
        }
        if let origin = variables[entry.variable] {
            guard let first = origin.step else {
                let message = "the variable `\(entry.variable)` is an input; choose another name for this output"
                return note(place, message)
            }
            let maker = first == index ? "this step already makes it" : "step `\(steps[first].id)` makes it already"
            return note(place, "the variable `\(entry.variable)` is written twice: \(maker)")
        }
        add(variable(entry, by: index, output), named: entry.variable)
    }

    private func variable(_ entry: OutputMapping, by index: Int, _ output: StepInterface.Output?) -> FlowVariable {
        let step = steps[index]
        let substitute = entry.defaultValue.map { ValueForecast.exactly($0) } ?? .null
        let hasDefault = substitute != .null
        let isOptional = output?.isOptional ?? false
        var forecast = output?.forecast ?? .unknown
        var absence: FlowVariable.Absence?
        if step.failurePolicy == .continue { absence = .failed } else if isOptional { absence = .optional }
        if absence != nil { forecast = forecast.or(substitute) }
        if step.loop != nil {
            // What is missing for an item is null in the list, and the list is there.
            forecast = forecast.listed
            absence = nil
        }
        if let condition = step.condition, constant(condition)?.isTruthy != true {
            absence = .skipped(condition)
            forecast = forecast.or(substitute)
        }
        return FlowVariable(
            step: index,
            noun: "the output `\(entry.output)` of step `\(step.id)`, kept as",
            forecast: forecast,
            absence: hasDefault ? nil : absence
        )
    }

    // MARK: - The workflow's own

    mutating func checkOutputs() {
        var seen: Set<JSONKey> = []
        for (index, item) in (workflow.definition["outputs"]?.arrayValue ?? []).enumerated() {
            guard let name = item.stringValue else { continue }
            let place = JSONPointer(["outputs", String(index)])
            if !seen.insert(JSONKey(name)).inserted { note(place, "the output `\(name)` is named twice") }
            use(name)
            guard variables[name] == nil || !name.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
            let nearest = nearestVariable(to: name)
            let hint = nearest.map { "did you mean `\($0)`?" } ?? "add it to the output_mappings of a step"
            note(place, "no step makes the variable `\(name)`; \(hint)", suggestion: nearest)
        }
    }

    /// Warns of inputs that nothing reads, unless there are mistakes, of which that may be a consequence.
    mutating func checkInputs() {
        guard !usesAnything, !problems.contains(where: { $0.severity == .error }) else { return }
        let mappings = steps.map { ($0.parameterMappings.count, $0.parameterMappingsSource.objectValue?.count ?? 0) }
        guard mappings.allSatisfy({ $0.0 == $0.1 }) else { return }
        for (index, variable) in workflow.inputVariables.enumerated() where !used.contains(variable.id) {
            guard DefinitionName.isVariable(variable.id) else { continue }
            let place = JSONPointer(["input_variables", String(index), "variable_id"])
            note(place, "nothing uses the input variable `\(variable.id)`", severity: .warning)
        }
    }
}
