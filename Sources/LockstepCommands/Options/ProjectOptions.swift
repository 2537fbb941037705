internal import ArgumentParser
internal import Glibc
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
        OpenProject(workspace: try Workspace.open(try project()))
    }
}

/// An opened project and the operating-system user who works on it.
struct OpenProject {
    let workspace: Workspace
    let actor = Actor(id: Self.userName())

    var service: JobService { workspace.service }

    /// The job that somebody means by a full id, by a unique part of at least 4 characters, or by `last`.
    func job(_ text: String) async throws(JobError) -> Job {
        try await service.findJob(text, as: actor)
    }

    /// The login name; `uid 1000` where the system knows none.
    private static func userName() -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let memory = buffer.baseAddress,
                getpwuid_r(getuid(), &entry, memory, buffer.count, &found) == 0, found != nil,
                let name = entry.pw_name
            else { return "uid \(getuid())" }
            return String(cString: name)
        }
    }
}
