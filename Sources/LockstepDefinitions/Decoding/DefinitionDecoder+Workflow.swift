package import LockstepJSON
package import LockstepModel

extension DefinitionDecoder {
    private static let workflowKeys = [
        "workflow_id", "name", "version", "description", "input_variables", "steps", "outputs", "finally",
        "timeout", "schedules",
    ]
    private static let laterWorkflowKeys: Set<String> = [
        "actions", "allow_cycles", "batch", "entity", "initial_state", "kind", "states",
        "transitions",
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
            definition: Self.pinned(json)
        )
        workflow.schedules = schedules(in: members, of: workflow.id, workflow.inputVariables)
        workflow.timeout = duration("timeout", in: members)
        (workflow.steps, workflow.finalSteps) = steps(in: members, inputs: workflow.inputVariables)
        workflow.outputs =
            members["outputs"] == nil
            ? Self.distinct(workflow.steps.flatMap { $0.outputMappings.map(\.variable) })
            : texts("outputs", in: members).map(\.text)
        return workflow
    }

    /// What jobs are pinned to: a change of the schedules is none of the work.
    private static func pinned(_ json: JSONValue) -> JSONValue {
        guard var object = json.objectValue, object["schedules"] != nil else { return json }
        object["schedules"] = nil
        return .object(object)
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
            let id = entry["variable_id"].flatMap { variableName($0, "variable_id", at: entry.place("variable_id")) }
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
}
