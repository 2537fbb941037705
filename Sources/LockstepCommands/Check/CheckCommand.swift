internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep check`.
struct CheckCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Finds every mistake in the project's workflows and tools, all at once."
    )

    @Argument(help: "Definition files or folders; everything in the project when none is given.")
    var paths: [String] = []

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let project = try project.project()
        // Looked at without opening the project's state, which a check must not make.
        let known = Set(SecretStore(stateFolder: project.stateFolder).names())
        let checker = ProjectChecker(project, knownSecrets: known)
        let report = paths.isEmpty ? checker.check() : checker.check(paths.map(ProcessEnvironment.absolute))
        let findings = report.findings
        let errors = findings.filter(\.isError).count
        let stale = report.registry.map { SchemaFiles.stale(against: $0, in: project.root) } ?? []
        if output.isJSON {
            let data: JSONValue = [
                "valid": .bool(errors == 0), "files": .array(report.files.map { .string($0) }),
                "findings": .array(findings.map(\.json)),
                "secrets": .array(
                    report.secrets.sorted { $0.key < $1.key }.map { name, tools in
                        [
                            "name": .string(name), "set": .bool(known.contains(name)),
                            "used_by": .array(tools.map(\.rawValue).sorted().map { .string($0) }),
                        ]
                    }
                ),
                "tools": .array(
                    report.tools.map { ["tool_id": .string($0.id.rawValue), "sandbox": $0.sandbox.json] }
                ),
                "stale_schemas": SchemaFiles.json(stale),
            ]
            let message = summary(files: report.files.count, errors: errors, warnings: findings.count - errors)
            try console.print(
                errors == 0 ? OperationResult(data) : OperationResult(.workflowInvalid, message, data: data)
            )
        } else {
            let stream = console.output
            for finding in findings {
                try stream.write(FindingText.render(finding, painter: stream.painter, width: stream.width))
            }
            if !report.secrets.isEmpty {
                let names = report.secrets.keys.sorted().map { known.contains($0) ? $0 : "\($0) (not set)" }
                console.note("Secrets that tools need: \(names.joined(separator: ", ")).")
            }
            let asking = report.tools.filter { !$0.sandbox.asksForNothing }
            if !asking.isEmpty {
                try stream.write(stream.painter(.bold, "Tools that ask for more than the sandbox gives") + "\n")
            }
            for tool in asking {
                let line = "  \(tool.id): \(tool.sandbox.phrases.joined(separator: ", "))"
                try stream.write(Paragraph.wrap(line.onOneLine, width: stream.width, indent: 4) + "\n")
            }
            if !stale.isEmpty {
                let verb = stale.count == 1 ? "is" : "are"
                console.note(
                    "\(stale.joined(separator: ", ")) \(verb) out of date; `lockstep schema --write` makes them anew."
                )
            }
            console.note(summary(files: report.files.count, errors: errors, warnings: findings.count - errors))
        }
        if errors > 0 { throw ExitCode(ExitStatus.invalid.rawValue) }
    }

    private func summary(files: Int, errors: Int, warnings: Int) -> String {
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        let found =
            (errors == 0 ? "no mistakes" : count(errors, "mistake"))
            + (warnings == 0 ? "" : ", \(count(warnings, "warning"))")
        return "Checked \(count(files, "file")): \(found)."
    }
}
