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
        let checks = await MachineHealth.checks() + (try await projectChecks())
        let isHealthy = !checks.contains { $0.state == .failed }
        if output.isJSON {
            try console.print(["healthy": .bool(isHealthy), "checks": .array(checks.map(\.json))])
        } else {
            let stream = console.output
            try console.print(HealthCheck.text(of: checks, width: stream.width, painter: stream.painter))
        }
        if !isHealthy { throw ExitCode(ExitStatus.environment.rawValue) }
    }

    /// A project that was asked for by name and is not there is an error; being in none is not.
    private func projectChecks() async throws -> [HealthCheck] {
        let isNamed = project.folder != nil || ProcessEnvironment.current["LOCKSTEP_PROJECT"] != nil
        do {
            return await ProjectHealth.checks(of: try project.project())
        } catch let error as DefinitionError where !isNamed && error.code == .projectNotFound {
            return [
                HealthCheck("project", .skipped, "The current folder is in no project; only the machine was checked.")
            ]
        }
    }
}
