internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel

/// `lockstep doctor`.
struct DoctorCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks that this machine can run jobs, and says what to do about what is missing.",
        discussion: "Outside of any project only the machine is checked. Exit status 6 when something failed."
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let project = try findProject()
        let state = project.map(\.stateFolder).flatMap { FileCopy.isFolder($0) ? $0 : nil }
        var checks = await MachineHealth.checks(in: state ?? ProcessEnvironment.temporaryFolder)
        if let project {
            checks += await ProjectHealth.checks(of: project)
        } else {
            checks.append(
                HealthCheck("project", .skipped, "The current folder is in none; only the machine was checked.")
            )
        }
        let isHealthy = !checks.contains { $0.state == .failed }
        if output.isJSON {
            let data: JSONValue = ["healthy": .bool(isHealthy), "checks": .array(checks.map(\.json))]
            let problems = checks.filter { $0.state == .failed }.map(\.found).joined(separator: " ")
            try console.print(
                isHealthy ? OperationResult(data) : OperationResult(.sandboxUnavailable, problems, data: data)
            )
        } else {
            let stream = console.output
            try console.print(HealthCheck.text(of: checks, width: stream.width, painter: stream.painter))
        }
        if !isHealthy { throw ExitCode(ExitStatus.environment.rawValue) }
    }

    /// A project that was asked for by name and is not there is an error; being in none is not.
    private func findProject() throws -> Project? {
        let isNamed = project.folder != nil || ProcessEnvironment.current[Project.variable] != nil
        do {
            return try project.project()
        } catch let error as DefinitionError where !isNamed && error.code == .projectNotFound {
            return nil
        }
    }
}
