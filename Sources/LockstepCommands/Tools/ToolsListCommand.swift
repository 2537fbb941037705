internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel

/// `lockstep tools list`.
struct ToolsListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the project's tools.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let project = try project.project()
        let catalog = Catalog(project)
        var table = Table([
            Table.Column("TOOL"), Table.Column("VERSION"), Table.Column("ABOUT", mayShrink: true),
        ])
        var rows: [JSONValue] = []
        var hasInvalid = false
        for id in catalog.toolIDs() {
            do throws(DefinitionError) {
                let tool = try catalog.tool(id)
                let about = tool.description.isEmpty ? tool.name : tool.description
                table.add([Table.Cell(id.rawValue), Table.Cell(tool.version), Table.Cell(about)])
                rows.append([
                    "tool_id": .string(id.rawValue), "name": .string(tool.name), "version": .string(tool.version),
                    "description": .string(tool.description), "valid": true,
                ])
            } catch {
                hasInvalid = true
                table.add([Table.Cell(id.rawValue), "–", Table.Cell("✗ not valid", .red)])
                rows.append(["tool_id": .string(id.rawValue), "valid": false])
            }
        }
        if output.isJSON { return try console.print(["tools": .array(rows)]) }
        try console.print(table)
        if table.isEmpty { console.note("There are no tools in \(project.toolsFolder).") }
        if hasInvalid { console.note("`lockstep check` says what is wrong with those that are not valid.") }
    }
}
