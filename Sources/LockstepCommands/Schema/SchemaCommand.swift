internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel

/// `lockstep schema`.
struct SchemaCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of definition files, for editors.",
        discussion: """
            The schema knows the project's own tools and workflows, so that an editor completes their parameters and outputs; \
            Documentation/Editors.md says how to set one up. `--write` keeps the schemas of all kinds in \(EditorSchema.folder)/, where the \
            first lines of the files that `lockstep init` makes look for them.

            Exit status: 0 also when some definitions cannot be read. They are in the schema by name only, and what is wrong \
            with them goes to standard error; `lockstep check` fails for them.
            """
    )

    @Argument(help: "What the files define: workflow, tool or tests.")
    var kind: EditorSchema.Kind?

    @Flag(help: "Writes the schemas of all kinds into the project, in place of those that are there.")
    var write = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        let kinds = EditorSchema.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        if kind == nil, !write {
            throw ValidationError("Say what the schema is for: \(kinds). --write makes all of them.")
        }
        if kind != nil, write { throw ValidationError("--write makes the schemas of all kinds; leave the kind out.") }
    }

    func run() async throws {
        let console = Console.standard
        let project = try project.project()
        let registry = EditorRegistry(project)
        if let kind {
            try show(kind, registry, console)
        } else {
            let files = try SchemaFiles.write(registry, to: project.root)
            if output.isJSON {
                try console.print(["files": SchemaFiles.json(files), "findings": findings(registry)])
            } else {
                for file in files { try console.print(file) }
            }
        }
        if !output.isJSON { report(registry, console) }
    }

    private func show(_ kind: EditorSchema.Kind, _ registry: EditorRegistry, _ console: Console) throws {
        guard output.isJSON else { return try console.print(EditorSchema.text(of: kind, in: registry)) }
        try console.print([
            "kind": .string(kind.rawValue), "schema": EditorSchema.json(of: kind, in: registry),
            "findings": findings(registry),
        ])
    }

    private func findings(_ registry: EditorRegistry) -> JSONValue { .array(registry.findings.map(\.json)) }

    private func report(_ registry: EditorRegistry, _ console: Console) {
        guard !registry.findings.isEmpty else { return }
        let stream = console.messages
        for finding in registry.findings {
            try? stream.write(FindingText.render(finding, painter: stream.painter, width: stream.width))
        }
        console.note("What cannot be read is in the schema by name only.")
    }
}

extension EditorSchema.Kind: ExpressibleByArgument {}
