internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel

/// `lockstep workflows list`.
struct WorkflowsListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the project's workflows.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let project = try project.project()
        let catalog = Catalog(project)
        var table = Table([
            Table.Column("WORKFLOW"), Table.Column("VERSION"), Table.Column("STEPS", .right),
            Table.Column("ABOUT", mayShrink: true),
        ])
        var rows: [JSONValue] = []
        var hasInvalid = false
        for id in catalog.workflowIDs() {
            do throws(DefinitionError) {
                let workflow = try catalog.workflow(id).workflow
                table.add([
                    Table.Cell(id.rawValue), Table.Cell(workflow.version), Table.Cell(String(workflow.steps.count)),
                    Table.Cell(workflow.description.isEmpty ? workflow.name : workflow.description),
                ])
                rows.append(workflow.summary)
            } catch {
                hasInvalid = true
                table.add([Table.Cell(id.rawValue), "–", "–", Table.Cell("✗ not valid", .red)])
                rows.append(["workflow_id": .string(id.rawValue), "valid": false])
            }
        }
        if output.isJSON { return try console.print(["workflows": .array(rows)]) }
        try console.print(table)
        if table.isEmpty { console.note("There are no workflows in \(project.workflowsFolder).") }
        if hasInvalid { console.note("`lockstep check` says what is wrong with those that are not valid.") }
    }
}

extension Workflow {
    /// What lists show.
    fileprivate var summary: JSONValue {
        [
            "workflow_id": .string(id.rawValue), "name": .string(name), "version": .string(version),
            "description": .string(description), "steps": .integer(Int64(steps.count)),
            "input_variables": .array(inputVariables.map(\.json)),
            "outputs": .array(outputs.map { .string($0) }), "valid": true,
        ]
    }
}
