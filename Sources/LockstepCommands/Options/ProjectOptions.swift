internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel

/// `--project DIR`, on every command that works on a project.
struct ProjectOptions: ParsableArguments {
    @Option(
        name: .customLong("project"),
        help: ArgumentHelp(
            "The project's folder; otherwise LOCKSTEP_PROJECT, then the folder above the current one that has workflows.",
            valueName: "dir"
        )
    )
    var folder: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Who acts: a user of lockstep.yaml; otherwise the operating-system user.",
            valueName: "user"
        )
    )
    var user: String?

    @Option(
        help: ArgumentHelp("The tenant to act in; otherwise the first of the user's, or `default`.", valueName: "name")
    )
    var tenant: String?

    /// Finds the project.
    func project() throws -> Project {
        try Project.discover(
            from: ProcessEnvironment.currentFolder,
            explicit: folder,
            environment: ProcessEnvironment.current
        )
    }

    /// Finds the project and opens its state.
    func open() throws -> OpenProject {
        try open(try project())
    }

    /// Opens the state of a project that was found before.
    func open(_ project: Project) throws -> OpenProject {
        let configuration = try ProjectConfiguration(of: project)
        let actor = try configuration.actor(named: user, tenant: tenant, login: LoginName.current())
        return OpenProject(
            workspace: try Workspace.open(project, configuration: configuration),
            actor: actor
        )
    }

    /// The same options as words of a command line.
    var arguments: [String] {
        (user.map { ["--as", $0] } ?? []) + (tenant.map { ["--tenant", $0] } ?? [])
    }
}

/// An opened project and who works on it.
struct OpenProject {
    let workspace: Workspace
    let actor: Actor

    var service: JobService { workspace.service }

    /// The job that somebody means by a full id, by a unique part of at least 4 characters, or by `last`.
    func job(_ text: String) async throws(JobError) -> Job {
        try await service.findJob(text, as: actor)
    }
}
