package import LockstepModel

/// Who works on a project: what its `lockstep.yaml` says; empty where there is none.
package struct ProjectConfiguration: Sendable, Hashable {
    /// Tenants that the file names, with the rules of each.
    package var tenants: [String: TenantRules]
    /// Users, agents and systems that the file names.
    package var users: [String: UserRules]

    package struct TenantRules: Sendable, Hashable {
        /// Whether its users see only jobs that they made or are assigned to.
        package var privateJobs = false
    }

    package struct UserRules: Sendable, Hashable {
        package var kind = Actor.Kind.user
        /// The first is the one that is meant where none is named.
        package var tenants = [ProjectConfiguration.defaultTenant]
        package var scopes = Set(Scope.allCases)
    }

    package init(tenants: [String: TenantRules] = [:], users: [String: UserRules] = [:]) {
        self.tenants = tenants
        self.users = users
    }

    /// The tenant of whoever has none.
    package static let defaultTenant = "default"
    /// In the project's folder.
    package static let fileName = "lockstep.yaml"

    package var privateTenants: Set<String> { Set(tenants.filter(\.value.privateJobs).keys) }

    /// Who acts in a command.
    ///
    /// - Parameters:
    ///   - name: `--as`; nil means whoever is logged in, who needs no entry in the file.
    ///   - tenant: `--tenant`; nil means the first of the user's.
    ///   - login: The name of the operating-system user.
    /// - Throws: `PERMISSION_DENIED` for a user or a tenant that the file does not have, or that do not belong together.
    package func actor(named name: String?, tenant: String?, login: String) throws(JobError) -> Actor {
        let id = name ?? login
        if let rules = users[id] {
            let chosen = tenant ?? rules.tenants.first ?? Self.defaultTenant
            guard rules.kind == .system || rules.tenants.contains(chosen) else {
                throw JobError(
                    .permissionDenied,
                    "\(id) belongs to \(rules.tenants.joined(separator: ", ")), not to the tenant \(chosen). "
                        + "\(Self.fileName) says who belongs where."
                )
            }
            return Actor(id: id, tenantID: try known(chosen), kind: rules.kind, scopes: rules.scopes)
        }
        guard name == nil || users.isEmpty else {
            let nearest = EditDistance.nearest(to: id, among: users.keys.sorted())
            throw JobError(
                .permissionDenied,
                "\(Self.fileName) has no user \(id)" + (nearest.map { "; did you mean \($0)?" } ?? ".")
                    + " It has: \(users.keys.sorted().joined(separator: ", "))."
            )
        }
        return Actor(id: id, tenantID: try known(tenant ?? Self.defaultTenant))
    }

    private func known(_ tenant: String) throws(JobError) -> String {
        guard !tenants.isEmpty, tenants[tenant] == nil, tenant != Self.defaultTenant else { return tenant }
        throw JobError(
            .permissionDenied,
            "\(Self.fileName) has no tenant \(tenant). It has: \(tenants.keys.sorted().joined(separator: ", "))."
        )
    }
}
