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

    package init(id: String, tenantID: String = "default", kind: Kind = .user) {
        self.id = id
        self.tenantID = tenantID
        self.kind = kind
    }
}
