import LockstepEngine
import LockstepModel

/// The operations on events and webhooks, for ``JobPermissionTests``.
enum WebhookAccess {
    /// Whether an operation on what belongs to the tenant `default` is denied; what does not show or touch it counts as denied.
    static func isDenied(
        _ operation: JobOperation,
        as actor: Actor,
        in fixture: EngineFixture
    ) async throws(JobError) -> Bool {
        let service = fixture.service
        let isForeign = actor.kind != .system && actor.tenantID != "default"
        let id = try await service.addWebhook("http://127.0.0.1:1/", as: fixture.actor).webhook.id
        switch operation {
        case .subscribe: return try await !sees(actor, service)
        case .listWebhooks:
            let isListed = try await service.listWebhooks(as: actor).contains { $0.id == id }
            // A list shows the actor's own tenant only, the system's actors' as well.
            return actor.tenantID == "default" ? !isListed : isListed || isForeign
        case .listDeliveries: _ = try await service.listDeliveries(of: id, as: actor)
        case .resumeWebhook: _ = try await service.resumeWebhook(id, as: actor)
        case .removeWebhook: try await service.removeWebhook(id, as: actor)
        case .addWebhook:
            let made = try await service.addWebhook("http://127.0.0.1:1/", as: actor).webhook
            return made.tenantID != actor.tenantID || isForeign
        default:
            let before = try await service.createExternalJob(name: "x", as: fixture.actor)
            let report = try await WebhookDeliverer(fixture.workspace).deliverDue(as: actor)
            return report.failed == 0 || before.tenantID != "default"
        }
        return false
    }

    /// Whether the next event that a subscriber gets is one of the tenant `default`.
    private static func sees(_ actor: Actor, _ service: JobService) async throws(JobError) -> Bool {
        let last = try await service.lastEvent()
        _ = try await service.createExternalJob(name: "theirs", as: Actor(id: "ann"))
        _ = try await service.createExternalJob(name: "own", as: Actor(id: "bob", tenantID: actor.tenantID))
        var events = try service.subscribe(after: last, as: actor).makeAsyncIterator()
        return try await events.next()?.tenantID == "default"
    }
}
