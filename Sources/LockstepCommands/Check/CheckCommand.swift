internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel

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
        let catalog = Catalog(try project.project())
        let findings = catalog.check(paths: paths.map(ProcessEnvironment.absolute))
        let errors = findings.filter { $0.severity == .error }.count
        if output.isJSON {
            try console.print(["valid": .bool(errors == 0), "findings": .array(findings.map(\.json))])
        } else {
            let stream = console.output
            for finding in findings {
                try stream.write(FindingText.render(finding, painter: stream.painter, width: stream.width))
            }
            let others = findings.count - errors
            let warnings = others == 0 ? "" : ", \(others) warning\(others == 1 ? "" : "s")"
            console.note(
                errors == 0 ? "No mistakes found\(warnings)." : "\(errors) mistake\(errors == 1 ? "" : "s")\(warnings)."
            )
        }
        if errors > 0 { throw ExitCode(ExitStatus.invalid.rawValue) }
    }
}
