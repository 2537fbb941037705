internal import LockstepDefinitions
package import LockstepModel
internal import LockstepStore

/// What may be known of a secret: everything but its value.
package struct SecretSummary: Sendable, Hashable {
    package var name: String
    /// `value`, `environment` or `command`; nil when it is not set or cannot be used.
    package var kind: String?
    /// The environment variable, or the program without its arguments; nil for a kept value.
    package var origin: String?
    package var setAt: Instant?
    /// The project's tools that ask for it.
    package var tools: [ToolID]
    /// Why it cannot be used; nil when it can, or is not set.
    package var problem: String?

    package var isSet: Bool { kind != nil || problem != nil }
}

extension JobService {
    private var secrets: SecretStore { SecretStore(stateFolder: context.project.stateFolder) }

    /// Keeps a secret for the tools of the project, in place of an earlier one of the name.
    ///
    /// - Throws: `PERMISSION_DENIED` without `job:admin`; `VALIDATION_ERROR` for a wrong name or source.
    package func setSecret(_ name: String, to source: SecretSource, as actor: Actor) async throws(JobError) {
        try actor.require(.setSecret)
        try Self.check(name)
        if case .environment(let variable) = source {
            let isWrong = variable.isEmpty || variable.utf8.contains(0) || variable.utf8.contains(UInt8(ascii: "="))
            if isWrong {
                throw JobError(.validationError, "No environment variable can be called so; nothing was set.")
            }
        }
        if case .command(let words) = source {
            let isPath = words.first?.utf8.contains(UInt8(ascii: "/")) == true
            guard let program = words.first, !program.isEmpty, !isPath || program.hasPrefix("/") else {
                throw JobError(
                    .validationError,
                    "The program that prints a secret is named by its whole path or found in PATH; nothing was set."
                )
            }
        }
        try await stored { () async throws(StoreError) in try secrets.set(name, to: source) }
    }

    /// - Throws: `PERMISSION_DENIED` without `job:admin`, `SECRET_NOT_FOUND`.
    package func removeSecret(_ name: String, as actor: Actor) async throws(JobError) {
        try actor.require(.removeSecret)
        try Self.check(name)
        let wasThere = try await stored { () async throws(StoreError) in try secrets.remove(name) }
        guard wasThere else {
            throw JobError(
                .secretNotFound,
                "There is no secret \(name). `lockstep secrets list` shows those there are."
            )
        }
    }

    /// All secrets that are set or that a tool of the project asks for, by name.
    ///
    /// - Throws: `PERMISSION_DENIED` without `job:admin`.
    package func listSecrets(as actor: Actor) async throws(JobError) -> [SecretSummary] {
        try actor.require(.listSecrets)
        let catalog = Catalog(context.project)
        var users: [String: [ToolID]] = [:]
        for id in catalog.toolIDs() {
            guard let tool = try? catalog.tool(id) else { continue }
            for name in tool.secrets { users[name, default: []].append(id) }
        }
        let store = secrets
        return Set(store.names()).union(users.keys).sorted().map { name in
            var summary = SecretSummary(name: name, tools: users[name] ?? [])
            do throws(SecretProblem) {
                guard let entry = try store.entry(name) else { return summary }
                summary.kind = entry.source.kind
                summary.setAt = entry.setAt
                switch entry.source {
                case .value: break
                case .environment(let variable): summary.origin = variable
                case .command(let words): summary.origin = words.first
                }
            } catch {
                summary.problem = error.message
            }
            return summary
        }
    }

    private static func check(_ name: String) throws(JobError) {
        guard let problem = SecretName.problem(of: name) else { return }
        throw JobError(.validationError, "\"\(name)\" \(problem).")
    }
}
