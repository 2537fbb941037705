/// Who asks for an operation.
package struct Actor: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case user
        case agent
        case system
    }

    /// A name or an address; what the event log carries.
    package let id: String
    package let tenantID: String
    package let kind: Kind
    /// As they were granted; ``may(_:)`` adds what they imply.
    package let scopes: Set<Scope>

    /// - Parameter scopes: All of them unless said otherwise, as for the user of the command line.
    package init(
        id: String,
        tenantID: String = "default",
        kind: Kind = .user,
        scopes: Set<Scope> = Set(Scope.allCases)
    ) {
        self.id = id
        self.tenantID = tenantID
        self.kind = kind
        self.scopes = scopes
    }

    package func may(_ scope: Scope) -> Bool {
        scopes.contains { $0.implied.contains(scope) }
    }

    /// Whether the actor's tenant lets it at what belongs to a tenant; the system's own actors pass everywhere.
    package func reaches(tenant: String) -> Bool {
        kind == .system || tenant == tenantID
    }

    /// - Throws: `PERMISSION_DENIED` when the actor lacks the scope that the operation needs.
    package func require(_ operation: JobOperation) throws(JobError) {
        guard may(operation.scope) else {
            throw JobError(
                .permissionDenied,
                "\(id) may not do \(operation.rawValue): it needs the scope \(operation.scope.rawValue). "
                    + "Ask whoever runs this project for it."
            )
        }
    }
}
