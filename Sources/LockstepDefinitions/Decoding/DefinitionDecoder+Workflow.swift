package import LockstepJSON
package import LockstepModel

extension DefinitionDecoder {
    private static let workflowKeys = [
        "workflow_id", "name", "version", "description", "input_variables", "steps", "outputs",
    ]
    private static let laterWorkflowKeys: Set<String> = [
        "actions", "allow_cycles", "batch", "entity", "finally", "initial_state", "kind", "schedules", "states",
        "transitions",
    ]
    private static let stepKeys = ["step_id", "tool", "parameter_mappings", "output_mappings", "timeout", "retry"]
    private static let laterStepKeys: Set<String> = [
        "finally", "for_each", "on_failure", "run_on", "when", "workflow",
    ]

    /// Reads a workflow; nil when it is no object at all. The workflow may be used only when there are no problems.
    package mutating func workflow(_ json: JSONValue) -> Workflow? {
        let (known, later) = (Self.workflowKeys, Self.laterWorkflowKeys)
        guard let members = members(json, "a workflow", known: known, later: later, at: JSONPointer()) else {
            return nil
        }
        let id = name("workflow_id", in: members, "a workflow")
        for key in ["name", "version", "steps"] { require(key, in: members, "a workflow") }
        var workflow = Workflow(
            id: WorkflowID(id),
            name: text("name", in: members) ?? id,
            version: text("version", in: members) ?? "",
            description: text("description", in: members) ?? "",
            inputVariables: inputVariables(in: members),
            steps: [],
            definition: json
        )
        workflow.steps = steps(in: members, inputs: workflow.inputVariables)
        workflow.outputs =
            members["outputs"] == nil
            ? Self.distinct(workflow.steps.flatMap { $0.outputMappings.map(\.variable) })
            : texts("outputs", in: members).map(\.text)
        return workflow
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private mutating func inputVariables(in members: Members) -> [InputVariable] {
        let known = ["variable_id", "name", "description", "required", "default", "schema"]
        var variables: [InputVariable] = []
        for (item, place) in list("input_variables", in: members) {
            guard let entry = self.members(item, "an input variable", known: known, at: place) else { continue }
            require("variable_id", in: entry, "an input variable")
            let id = text("variable_id", in: entry)
            if let id { check(variable: id, "variable_id", at: entry.place("variable_id")) }
            let schema = entry["schema"].map { self.schema($0, at: entry.place("schema")) } ?? ValueSchema()
            let variable = InputVariable(
                id: id ?? "",
                name: text("name", in: entry),
                description: text("description", in: entry) ?? "",
                isRequired: flag("required", in: entry) ?? false,
                defaultValue: entry["default"],
                schema: schema
            )
            if let value = entry["default"] { check(value, "the default", against: schema, at: entry.place("default")) }
            guard id != nil else { continue }
            checkUnique(variable, among: variables, entry)
            variables.append(variable)
        }
        return variables
    }

    private mutating func checkUnique(_ variable: InputVariable, among others: [InputVariable], _ entry: Members) {
        let namePlace = entry.place(entry["name"] == nil ? "variable_id" : "name")
        for other in others {
            if other.id == variable.id {
                note(entry.place("variable_id"), "a second variable has the variable_id `\(variable.id)`")
            } else if other.name == variable.name {
                note(namePlace, "a second variable has the name `\(variable.name)`")
            } else if other.id == variable.name {
                note(namePlace, "the name `\(variable.name)` is the variable_id of another variable")
            } else if other.name == variable.id {
                note(entry.place("variable_id"), "the variable_id `\(variable.id)` is the name of another variable")
            }
        }
    }

    private mutating func steps(in members: Members, inputs: [InputVariable]) -> [WorkflowStep] {
        let items = list("steps", in: members)
        if members["steps"]?.arrayValue?.isEmpty == true {
            note(members.place("steps"), "a workflow needs at least one step")
        }
        let made = items.flatMap { $0.item["output_mappings"]?.objectValue?.compactMap { $0.value.stringValue } ?? [] }
        let variables = Set(inputs.map(\.id)).union(made)
        var ids: Set<String> = []
        return items.compactMap { item, place in
            let (known, later) = (Self.stepKeys, Self.laterStepKeys)
            guard let entry = self.members(item, "a step", known: known, later: later, at: place) else { return nil }
            let id = name("step_id", in: entry, "a step")
            if !id.isEmpty, !ids.insert(id).inserted {
                note(entry.place("step_id"), "a second step has the step_id `\(id)`")
            }
            if entry["workflow"] == nil { require("tool", in: entry, "a step") }
            return WorkflowStep(
                id: StepID(id),
                tool: toolReference(in: entry),
                parameterMappings: parameterMappings(in: entry, variables: variables),
                outputMappings: outputMappings(in: entry),
                timeout: duration("timeout", in: entry),
                retry: retryPolicy(in: entry),
                parameterMappingsSource: entry["parameter_mappings"] ?? [:]
            )
        }
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

    private mutating func parameterMappings(
        in members: Members,
        variables: Set<String>
    ) -> [(parameter: String, mapping: Mapping)] {
        var mappings: [(parameter: String, mapping: Mapping)] = []
        for (name, value, place) in entries("parameter_mappings", in: members) {
            if let mapping = Mapping(json: value, variables: variables) {
                mappings.append((name, mapping))
            } else if let names = value.objectValue?.names, names.count == 1 {
                let message = "the rule `\(names[0])` is not supported in this version; map a variable or a fixed value"
                noteName(place.appending(names[0]), message)
            } else {
                note(place, "write an object that is meant as it is as `{value: {…}}`")
            }
        }
        return mappings
    }

    private mutating func outputMappings(in members: Members) -> [(output: String, variable: String)] {
        var mappings: [(output: String, variable: String)] = []
        for (output, value, place) in entries("output_mappings", in: members) {
            guard let variable = text(value, output, at: place) else { continue }
            check(variable: variable, "a variable", at: place)
            mappings.append((output, variable))
        }
        return mappings
    }
}
