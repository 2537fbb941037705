internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel

/// What becomes of a tool file that a command has made.
struct DraftOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What the tool is to be called; otherwise what the source calls it.", valueName: "id"))
    var id: String?

    @Flag(help: "Replace the tool's file when there is one.")
    var force = false

    @Flag(name: .customLong("stdout"), help: "Print the tool file and write nothing.")
    var printsOnly = false

    /// - Throws: `USAGE` for a name that no tool may have.
    func checkID() throws(CommandFailure) {
        guard let id, !DefinitionName.isValid(id) else { return }
        throw CommandFailure(.usage, "A tool cannot be called \(JSONValue.string(id)); a name \(DefinitionName.rule).")
    }

    /// Prints a tool, or writes its file into the registry.
    func put(_ tool: DraftedTool, findings: [Finding], _ options: ProjectOptions, isJSON: Bool) throws {
        let console = Console.standard
        var data: JSONObject = ["tool_id": .string(tool.id)]
        if printsOnly {
            data["yaml"] = .string(tool.yaml)
            if !isJSON { return try console.print(tool.yaml) }
        } else {
            let project = try options.project()
            let path = "\(project.toolsFolder)/\(tool.id).yaml"
            let shown = project.relative(path)
            let others = project.toolFiles(of: ToolID(tool.id)).filter { $0 != path }
            guard others.isEmpty else {
                throw CommandFailure(
                    .validationError,
                    "There is a tool \(tool.id) in \(others.map { project.relative($0) }.joined(separator: " and ")); nothing "
                        + "was written. Give another name with --id, or move that file away."
                )
            }
            if FileCopy.exists(path), !force {
                throw CommandFailure(
                    .validationError,
                    "\(shown) is there already; nothing was written. Replace it with --force, or give another name with --id."
                )
            }
            try NewFile.write(tool.yaml, to: path, isExecutable: false, replaces: force)
            data["file"] = .string(shown)
            if !isJSON {
                try console.print(shown)
                console.note("Look at it, then try it: lockstep run tool \(tool.id)")
            }
        }
        guard isJSON else { return }
        data["definition"] = tool.definition
        data["notes"] = .array(tool.notes.map { .string($0) })
        data["findings"] = .array(findings.map(\.json))
        try console.print(JSONValue.object(data))
    }
}
