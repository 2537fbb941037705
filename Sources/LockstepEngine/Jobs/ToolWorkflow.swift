package import LockstepDefinitions
internal import LockstepJSON
package import LockstepModel

/// The workflow of one step that runs a single tool, for trying a tool by itself.
package enum ToolWorkflow {
    /// Parameters become input variables and outputs become output variables of the same names.
    ///
    /// An output that is called like a parameter gets `_out` behind its name.
    ///
    /// - Throws: `WORKFLOW_INVALID` when the tool's names cannot be variables.
    package static func wrapping(_ tool: Tool) throws(DefinitionError) -> CheckedWorkflow {
        let inputs = tool.parameters.map { parameter in
            var variable: JSONObject = [
                "variable_id": .string(parameter.name), "required": .bool(parameter.isRequired),
                "schema": parameter.schema.json,
            ]
            variable["default"] = parameter.defaultValue
            variable["description"] = parameter.description.isEmpty ? nil : .string(parameter.description)
            return JSONValue.object(variable)
        }
        let outputs = tool.outputs.map { output in
            (output.name, tool.parameter(output.name) == nil ? output.name : output.name + "_out")
        }
        let definition: JSONValue = [
            "workflow_id": .string("run_\(tool.id)"), "name": .string(tool.name), "version": .string(tool.version),
            "description": .string("Runs the tool \(tool.id) by itself."), "input_variables": .array(inputs),
            "steps": [
                [
                    "step_id": .string(tool.id.rawValue), "tool": .string(tool.id.rawValue),
                    "parameter_mappings": .object(JSONObject(tool.parameters.map { ($0.name, .string($0.name)) })),
                    "output_mappings": .object(JSONObject(outputs.map { ($0.0, .string($0.1)) })),
                ]
            ], "outputs": .array(outputs.map { .string($0.1) }),
        ]
        return CheckedWorkflow(workflow: try Workflow(definition: definition), tools: [tool.id: tool])
    }
}
