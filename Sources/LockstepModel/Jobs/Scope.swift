/// What an actor may do with jobs (seed 004, "Permission Scopes").
package enum Scope: String, Sendable, Hashable, CaseIterable {
    case read = "job:read"
    /// Create, update and delete; implies reading.
    case write = "job:write"
    /// Start, complete, fail, cancel and the like; implies reading.
    case execute = "job:execute"
    /// Everything, and the override of the state machine.
    case admin = "job:admin"

    /// Itself, and the scopes that come with it.
    package var implied: Set<Scope> {
        switch self {
        case .read: [.read]
        case .write: [.write, .read]
        case .execute: [.execute, .read]
        case .admin: Set(Scope.allCases)
        }
    }
}
