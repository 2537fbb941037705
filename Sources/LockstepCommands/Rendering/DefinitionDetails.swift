internal import LockstepJSON
package import LockstepModel

/// Workflows and tools in full, for a person.
package enum DefinitionDetails {
    /// - Parameter width: Nil when nothing must be cut or wrapped.
    package static func text(of workflow: Workflow, width: Int?, painter: Painter) -> String {
        var text = head(
            [("Workflow", workflow.id.rawValue), ("Name", workflow.name), ("Version", workflow.version)],
            workflow.description,
            width,
            painter
        )
        let inputs = workflow.inputVariables.map { variable in
            Value(
                name: variable.name,
                schema: variable.schema,
                isRequired: variable.isRequired && variable.defaultValue == nil,
                defaultValue: variable.defaultValue,
                description: variable.description
            )
        }
        text += section("Inputs", table(inputs, width, painter), painter)
        var steps = Table([Table.Column("  STEP", mayShrink: true), Table.Column("TOOL", mayShrink: true)])
        for step in workflow.allSteps {
            let work = step.tool?.id.rawValue ?? "workflow \(step.calledWorkflow?.rawValue ?? "")"
            steps.add([Table.Cell("  \(step.id)"), Table.Cell(work)])
        }
        text += section("Steps", steps.render(width: width, painter: painter), painter)
        text += section("Outputs", workflow.outputs.map { "  \($0.onOneLine)\n" }.joined(), painter)
        let command = "  lockstep run workflow \(workflow.id)" + inputs.filter(\.isRequired).map(\.example).joined()
        return text + section("Run it", command.onOneLine + "\n", painter)
    }

    package static func text(of tool: Tool, width: Int?, painter: Painter) -> String {
        var text = head(
            [("Tool", tool.id.rawValue), ("Name", tool.name), ("Version", tool.version)],
            tool.description,
            width,
            painter
        )
        let inputs = tool.parameters.map { parameter in
            Value(
                name: parameter.name,
                schema: parameter.schema,
                isRequired: parameter.isRequired && parameter.defaultValue == nil,
                defaultValue: parameter.defaultValue,
                description: parameter.description
            )
        }
        text += section("Parameters", table(inputs, width, painter), painter)
        let outputs = tool.outputs.map { output in
            Value(name: output.name, schema: output.schema, isRequired: false, description: output.description)
        }
        text += section("Outputs", table(outputs, width, painter, showsNeed: false), painter)
        text += section("Asks for, beyond the sandbox", requests(of: tool), painter)
        let command = "  lockstep run tool \(tool.id)" + inputs.filter(\.isRequired).map(\.example).joined()
        return text + section("Run it", command.onOneLine + "\n", painter)
    }

    /// One input or output of either.
    private struct Value {
        var name: String
        var schema: ValueSchema
        var isRequired: Bool
        var defaultValue: JSONValue?
        var description: String

        var example: String { " -i \(name)=\(schema.isFile || schema.isFileList ? "PATH" : "VALUE")" }

        var type: String {
            if schema.isFileList { return "files" }
            if let choices = schema.enumeration {
                return choices.map { $0.stringValue ?? "\($0)" }.joined(separator: "|")
            }
            return schema.types.isEmpty ? "any" : schema.types.map(\.rawValue).sorted().joined(separator: "|")
        }
    }

    private static func head(
        _ pairs: [(String, String)],
        _ description: String,
        _ width: Int?,
        _ painter: Painter
    ) -> String {
        let all = pairs + (description.isEmpty ? [] : [("About", description)])
        return FieldList.render(all.map { FieldList.Field($0.0, $0.1) }, width: width, painter: painter)
    }

    private static func table(_ values: [Value], _ width: Int?, _ painter: Painter, showsNeed: Bool = true) -> String {
        let need = showsNeed ? [Table.Column("DEFAULT", mayShrink: true)] : []
        var table = Table(
            [Table.Column("  NAME"), Table.Column("TYPE", mayShrink: true)] + need
                + [Table.Column("ABOUT", mayShrink: true)]
        )
        for value in values {
            let fallback =
                value.defaultValue.map { ValueText.short($0, width: 40) } ?? (value.isRequired ? "required" : "–")
            table.add(
                [Table.Cell("  \(value.name)"), Table.Cell(value.type)] + (showsNeed ? [Table.Cell(fallback)] : [])
                    + [Table.Cell(value.description)]
            )
        }
        return table.render(width: width, painter: painter)
    }

    private static func requests(of tool: Tool) -> String {
        let lines = tool.secrets.map { "the secret \($0)" } + tool.sandbox.phrases
        return lines.map { "  \($0.onOneLine)\n" }.joined()
    }

    private static func section(_ title: String, _ body: String, _ painter: Painter) -> String {
        body.isEmpty ? "" : "\n" + painter(.bold, title) + "\n" + body
    }
}
