package import LockstepJSON

/// Steps that run one after the other, and the variables that flow between them.
package struct Workflow: Sendable, Hashable {
    package var id: WorkflowID
    package var name: String
    package var version: String
    package var description: String
    package var inputVariables: [InputVariable]
    package var steps: [WorkflowStep]
    /// Steps of `finally`: they run when the others are over, each for the ends of the job that it names.
    package var finalSteps: [WorkflowStep]
    /// `timeout`: how long a run may take when the job does not say it.
    package var timeout: DurationText?
    /// Variables that make up the job's `output_data`, in order.
    package var outputs: [String]
    /// When it runs by itself.
    package var schedules: [Schedule] = []
    /// The file's content without the schedules; its canonical form is what a job is pinned to.
    package var definition: JSONValue

    /// All steps, those of `finally` last; the place in this list is a step's sequence number.
    package var allSteps: [WorkflowStep] { steps + finalSteps }

    package init(
        id: WorkflowID,
        name: String,
        version: String,
        description: String = "",
        inputVariables: [InputVariable] = [],
        steps: [WorkflowStep],
        finalSteps: [WorkflowStep] = [],
        timeout: DurationText? = nil,
        outputs: [String] = [],
        definition: JSONValue = .null
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.description = description
        self.inputVariables = inputVariables
        self.steps = steps
        self.finalSteps = finalSteps
        self.timeout = timeout
        self.outputs = outputs
        self.definition = definition
    }
}

extension [InputVariable] {
    /// The variable that somebody means by its `variable_id` or its `name`; the id wins.
    package func named(_ name: String) -> InputVariable? {
        first { $0.id == name } ?? first { $0.name == name }
    }
}

/// A variable whose value comes from whoever starts the job.
package struct InputVariable: Sendable, Hashable {
    /// `variable_id`, the name that mappings use.
    package var id: String
    /// `name`, the name that people see; the id when the file gives none.
    package var name: String
    package var description: String
    package var isRequired: Bool
    package var defaultValue: JSONValue?
    package var schema: ValueSchema

    package init(
        id: String,
        name: String? = nil,
        description: String = "",
        isRequired: Bool = false,
        defaultValue: JSONValue? = nil,
        schema: ValueSchema
    ) {
        self.id = id
        self.name = name ?? id
        self.description = description
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.schema = schema
    }

    /// Seed 002's shape: `name`, `variable_id`, `required`, `schema`, then `default` and `description` where there are any.
    package var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "variable_id": .string(id), "required": .bool(isRequired), "schema": schema.json,
        ]
        if let defaultValue { object["default"] = defaultValue }
        if !description.isEmpty { object["description"] = .string(description) }
        return .object(object)
    }
}
