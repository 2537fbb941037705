package import LockstepJSON

/// Steps that run one after the other, and the variables that flow between them.
package struct Workflow: Sendable, Hashable {
    package var id: WorkflowID
    package var name: String
    package var version: String
    package var description: String
    package var inputVariables: [InputVariable]
    package var steps: [WorkflowStep]
    /// Variables that make up the job's `output_data`, in order.
    package var outputs: [String]
    /// The file's content; its canonical form is what a job is pinned to.
    package var definition: JSONValue

    package init(
        id: WorkflowID,
        name: String,
        version: String,
        description: String = "",
        inputVariables: [InputVariable] = [],
        steps: [WorkflowStep],
        outputs: [String] = [],
        definition: JSONValue = .null
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.description = description
        self.inputVariables = inputVariables
        self.steps = steps
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

/// One use of a tool in a workflow.
package struct WorkflowStep: Sendable, Hashable {
    package var id: StepID
    package var tool: ToolReference
    /// Tool parameter to where its value comes from, in the order of the file.
    package var parameterMappings: [(parameter: String, mapping: Mapping)]
    /// Tool output to the variable it becomes, in the order of the file.
    package var outputMappings: [(output: String, variable: String)]
    /// Replaces the tool's wall limit.
    package var timeout: DurationText?
    /// When a failed attempt is followed by another one; never when nil.
    package var retry: StepRetryPolicy?
    /// `parameter_mappings` as the file writes it.
    package var parameterMappingsSource: JSONValue

    package init(
        id: StepID,
        tool: ToolReference,
        parameterMappings: [(parameter: String, mapping: Mapping)] = [],
        outputMappings: [(output: String, variable: String)] = [],
        timeout: DurationText? = nil,
        retry: StepRetryPolicy? = nil,
        parameterMappingsSource: JSONValue = [:]
    ) {
        self.id = id
        self.tool = tool
        self.parameterMappings = parameterMappings
        self.outputMappings = outputMappings
        self.timeout = timeout
        self.retry = retry
        self.parameterMappingsSource = parameterMappingsSource
    }

    /// `output_mappings` as JSON.
    package var outputMappingsJSON: JSONValue {
        .object(JSONObject(outputMappings.map { ($0.output, .string($0.variable)) }))
    }

    package static func == (one: WorkflowStep, other: WorkflowStep) -> Bool {
        one.id == other.id && one.tool == other.tool && one.timeout == other.timeout && one.retry == other.retry
            && one.parameterMappingsSource == other.parameterMappingsSource
            && one.outputMappingsJSON == other.outputMappingsJSON
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
    }
}

/// A tool by id and, if the workflow cares, by version: `1` accepts any `1.x.y`, `1.2` any `1.2.y`.
package struct ToolReference: Sendable, Hashable {
    package var id: ToolID
    package var version: String?

    package init(id: ToolID, version: String? = nil) {
        self.id = id
        self.version = version
    }

    /// Whether a tool of this version is meant.
    package func accepts(version candidate: String) -> Bool {
        guard let version else { return true }
        return candidate == version || candidate.hasPrefix(version + ".")
    }
}
