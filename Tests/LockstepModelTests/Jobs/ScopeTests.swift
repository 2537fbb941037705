import LockstepModel
import Testing

struct ScopeTests {
    /// "Permission Scopes" of seed 004.
    @Test(
        arguments: [
            (.read, [.read]), (.write, [.write, .read]), (.execute, [.execute, .read]),
            (.admin, [.admin, .read, .write, .execute]),
        ] as [(Scope, Set<Scope>)]
    )
    func `A scope brings what it implies, and nothing more`(granted: Scope, implied: Set<Scope>) {
        let actor = Actor(id: "ann", scopes: [granted])
        for scope in Scope.allCases { #expect(actor.may(scope) == implied.contains(scope)) }
    }

    @Test func `An actor has all scopes unless some are named, and none when none are`() {
        for scope in Scope.allCases {
            #expect(Actor(id: "ann").may(scope))
            #expect(!Actor(id: "ann", scopes: []).may(scope))
        }
    }

    @Test func `A refusal names the scope that is missing`() {
        let error = #expect(throws: JobError.self) { try Actor(id: "ann", scopes: [.read]).require(.startJob) }
        #expect(error?.code == .permissionDenied)
        #expect(error?.message.contains("startJob: it needs the scope job:execute") == true)
    }

    @Test(arguments: Actor.Kind.allCases)
    func `Only the system's actors reach other tenants`(kind: Actor.Kind) {
        let actor = Actor(id: "x", tenantID: "one", kind: kind)
        #expect(actor.reaches(tenant: "one"))
        #expect(actor.reaches(tenant: "two") == (kind == .system))
    }
}
