internal import LockstepJSON
internal import LockstepModel

/// Steps of workflows, those of `finally` among them.
extension DefinitionDecoder {
    static let stepKeys = [
        "step_id", "tool", "workflow", "when", "for_each", "parameter_mappings", "output_mappings", "timeout", "retry",
        "on_failure",
    ]
    static let finalStepKeys = [
        "step_id", "tool", "workflow", "run_on", "when", "parameter_mappings", "output_mappings", "timeout", "retry",
    ]

    /// Reads `steps` and `finally`; the ids of all of them differ.
    mutating func steps(
        in members: Members,
        inputs: [InputVariable]
    ) -> (steps: [WorkflowStep], finalSteps: [WorkflowStep]) {
        let (items, finalItems) = (list("steps", in: members), list("finally", in: members))
        if members["steps"]?.arrayValue?.isEmpty == true {
            note(members.place("steps"), "a workflow needs at least one step")
        }
        let made = (items + finalItems).flatMap { Self.variablesMade(by: $0.item) }
        var variables = Set(inputs.map(\.id)).union(made).union(DefinitionName.reserved)
        var ids: Set<String> = []
        let steps = items.compactMap { item, place in
            step(item, at: place, known: Self.stepKeys, isFinal: false, variables: &variables, ids: &ids)
        }
        let finalSteps = finalItems.compactMap { item, place in
            step(item, at: place, known: Self.finalStepKeys, isFinal: true, variables: &variables, ids: &ids)
        }
        return (steps, finalSteps)
    }

    private static func variablesMade(by step: JSONValue) -> [String] {
        step["output_mappings"]?.objectValue?.compactMap { $0.value.stringValue ?? $0.value["variable"]?.stringValue }
            ?? []
    }

    private mutating func step(
        _ item: JSONValue,
        at place: JSONPointer,
        known: [String],
        isFinal: Bool,
        variables: inout Set<String>,
        ids: inout Set<String>
    ) -> WorkflowStep? {
        let noun = isFinal ? "a step of `finally`" : "a step"
        guard let entry = members(item, noun, known: known, at: place) else { return nil }
        let id = name("step_id", in: entry, noun)
        if !id.isEmpty, !ids.insert(id).inserted {
            note(entry.place("step_id"), "a second step has the step_id `\(id)`")
        }
        let loop = loop(in: entry, variables: variables)
        let condition = condition(in: entry, variables: variables)
        // Put in and taken out again, because a copy for each loop would take a time that grows with the square of the steps.
        let isNew = loop.map { variables.insert($0.itemName).inserted } ?? false
        let parameterMappings = parameterMappings(in: entry, variables: variables)
        if isNew, let loop { variables.remove(loop.itemName) }
        return WorkflowStep(
            id: StepID(id),
            work: work(in: entry, noun),
            parameterMappings: parameterMappings,
            outputMappings: outputMappings(in: entry),
            condition: condition,
            loop: loop,
            failurePolicy: word("on_failure", in: entry) ?? .fail,
            runOn: runOn(in: entry),
            timeout: duration("timeout", in: entry),
            retry: retryPolicy(in: entry),
            parameterMappingsSource: entry["parameter_mappings"] ?? [:],
            outputMappingsSource: entry["output_mappings"] ?? [:]
        )
    }

    private mutating func work(in members: Members, _ noun: String) -> StepWork {
        guard members["workflow"] != nil else {
            require("tool", in: members, noun)
            return .tool(toolReference(in: members))
        }
        if members["tool"] != nil {
            note(members.place("workflow"), "a step has either `tool` or `workflow`; leave one of them out")
        }
        for name in ["retry", "timeout"] where members[name] != nil {
            noteName(
                members.place(name),
                "a step that calls a workflow has no `\(name)` of its own; write it in the called workflow"
            )
        }
        let id = text("workflow", in: members) ?? ""
        if !id.isEmpty { check(name: id, "workflow", at: members.place("workflow")) }
        return .workflow(WorkflowID(id))
    }

    private mutating func toolReference(in members: Members) -> ToolReference {
        guard let value = members["tool"] else { return ToolReference(id: ToolID("")) }
        let place = members.place("tool")
        guard value.objectValue != nil else {
            let id = text(value, "tool", at: place)
            if let id { check(name: id, "tool", at: place) }
            return ToolReference(id: ToolID(id ?? ""))
        }
        guard let entry = self.members(value, "`tool`", known: ["tool_id", "version"], at: place) else {
            return ToolReference(id: ToolID(""))
        }
        return ToolReference(id: ToolID(name("tool_id", in: entry, "`tool`")), version: text("version", in: entry))
    }

    // MARK: - Flow

    private mutating func condition(in members: Members, variables: Set<String>) -> Mapping? {
        guard let value = members["when"] else { return nil }
        let place = members.place("when")
        let mapping = mapping(value, variables: variables, at: place)
        if case .literal(let literal)? = mapping, literal.boolValue == nil {
            let message = "`when` must be a rule, a variable, true or false; it is \(literal.shown)"
            let nearest = literal.stringValue.flatMap { EditDistance.nearest(to: $0, among: variables) }
            note(place, message + (nearest.map { "; did you mean `\($0)`?" } ?? ""), suggestion: nearest)
        }
        return mapping
    }

    private mutating func loop(in members: Members, variables: Set<String>) -> StepLoop? {
        guard let value = members["for_each"] else { return nil }
        let known = ["items", "lines", "as", "max_parallel"]
        guard let entry = self.members(value, "`for_each`", known: known, at: members.place("for_each")) else {
            return nil
        }
        let itemName = entry["as"].flatMap { variableName($0, "as", at: entry.place("as")) } ?? "item"
        if variables.contains(itemName), !DefinitionName.reserved.contains(itemName) {
            let message = "`\(itemName)` is a variable of the workflow already; choose another name for the item"
            note(entry["as"] == nil ? entry.pointer : entry.place("as"), message)
        }
        let maxParallel = count("max_parallel", in: entry, StepLoop.parallelRange) ?? 1
        switch (entry["items"], entry["lines"]) {
        case (let items?, nil):
            return mapping(items, variables: variables, at: entry.place("items"))
                .map { StepLoop(.items($0), as: itemName, maxParallel: maxParallel) }
        case (nil, let lines?):
            return mapping(lines, variables: variables, at: entry.place("lines"))
                .map { StepLoop(.lines($0), as: itemName, maxParallel: maxParallel) }
        case (nil, nil): note(entry.pointer, "`for_each` needs `items`, a list, or `lines`, a text")
        default: note(entry.place("lines"), "`for_each` has either `items` or `lines`; leave one of them out")
        }
        return nil
    }

    private mutating func runOn(in members: Members) -> Set<JobEnd> {
        guard members["run_on"] != nil else { return Set(JobEnd.allCases) }
        let items = list("run_on", in: members)
        if members["run_on"]?.arrayValue?.isEmpty == true {
            note(
                members.place("run_on"),
                "`run_on` is empty, so the step would never run; leave it out to run it always"
            )
        }
        return Set(items.compactMap { item, place in word(item, "an item of run_on", at: place) })
    }

    /// Reads one of a closed set of words.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String, in members: Members) -> Word?
    where Word.RawValue == String {
        members[name].flatMap { word($0, name, at: members.place(name)) }
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(
        _ value: JSONValue,
        _ name: String,
        at place: JSONPointer
    ) -> Word? where Word.RawValue == String {
        if let word = value.stringValue.flatMap({ Word(rawValue: $0) }) { return word }
        let all = Word.allCases.map(\.rawValue)
        let nearest = value.stringValue.flatMap { EditDistance.nearest(to: $0, among: all) }
        let noun = name.contains(" ") ? name : "`\(name)`"
        note(
            place,
            "\(noun) must be one of \(all.joined(separator: ", ")); it is \(value.shown)",
            suggestion: nearest
        )
        return nil
    }

    // MARK: - Mappings

    private mutating func parameterMappings(in members: Members, variables: Set<String>) -> [ParameterMapping] {
        entries("parameter_mappings", in: members).compactMap { name, value, place in
            mapping(value, variables: variables, at: place).map { ParameterMapping(name, $0) }
        }
    }

    private mutating func mapping(_ value: JSONValue, variables: Set<String>, at place: JSONPointer) -> Mapping? {
        let (mapping, found) = Mapping.decode(value, variables: variables, at: place)
        note(found)
        return mapping
    }

    private mutating func outputMappings(in members: Members) -> [OutputMapping] {
        var mappings: [OutputMapping] = []
        for (output, value, place) in entries("output_mappings", in: members) {
            guard value.objectValue != nil else {
                guard let variable = variableName(value, output, at: place) else { continue }
                mappings.append(OutputMapping(output, variable))
                continue
            }
            guard let entry = self.members(value, "`\(output)`", known: ["variable", "default"], at: place) else {
                continue
            }
            require("variable", in: entry, "`\(output)`")
            guard let written = entry["variable"],
                let variable = variableName(written, "variable", at: entry.place("variable"))
            else { continue }
            mappings.append(OutputMapping(output, variable, default: entry["default"]))
        }
        return mappings
    }
}
