import LockstepEngine
import LockstepModel

/// Operations on batches, for the test of permissions.
enum BatchAccess {
    /// Whether an operation on a batch of the tenant `default` is answered with `PERMISSION_DENIED`, or does not reach it.
    static func isDenied(_ operation: JobOperation, as actor: Actor) async throws(JobError) -> Bool {
        guard let fixture = try? BatchFixture(), let batch = try? await fixture.create("word\none\n"),
            let request = try? fixture.request("word\ntwo\n")
        else { return true }
        let service = fixture.service
        switch operation {
        case .getBatch: _ = try await service.getBatch(batch.id, as: actor)
        case .listBatches:
            let found = try await service.listBatches(as: actor).batches.contains { $0.batch.id == batch.id }
            return !found && actor.kind != .system
        case .createBatch:
            let made = try await service.createBatch(request, as: actor).batch
            return made.tenantID != "default" && actor.kind != .system
        case .driveBatch: _ = try await fixture.runner.run(batch.id, as: actor)
        case .cancelBatch: _ = try await service.cancelBatch(batch.id, as: actor)
        default: _ = try await service.retryBatch(batch.id, as: actor)
        }
        return false
    }
}
