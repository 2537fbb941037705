import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepStore
import LockstepTestSupport

/// The operations on schedules, for ``JobPermissionTests``.
enum ScheduleAccess {
    /// Whether an operation on a schedule of the tenant `default` is denied; what does not show or touch it counts as denied.
    static func isDenied(
        _ operation: JobOperation,
        as actor: Actor,
        in fixture: EngineFixture
    ) async throws(JobError) -> Bool {
        let service = fixture.service
        let isForeign = actor.kind != .system && actor.tenantID != "default"
        let id = ScheduleID("theirs-\(UInt64.random(in: 0...UInt64.max))")
        let inputs: JSONValue = ["doc": .string(fixture.folder.path("doc.txt")), "word": "hello"]
        func add(_ name: String, as adder: Actor) async throws(JobError) -> StoredSchedule {
            guard let workflow = try? fixture.workspace.catalog.workflow(WorkflowID("pair")) else {
                throw JobError(.workflowNotFound, "the fixture has no workflow")
            }
            let definition: JSONValue = ["schedule_id": .string(name), "cron": "0 * * * *", "inputs": inputs]
            return try await service.addSchedule(definition, of: workflow, as: adder)
        }
        _ = try await add(id.rawValue, as: fixture.actor)
        switch operation {
        case .getSchedule: _ = try await service.getSchedule(id, as: actor)
        case .listSchedules:
            let isListed = try await service.listSchedules(as: actor).contains { $0.stored.id == id }
            // A list shows the actor's own tenant only, the system's actors' as well.
            return actor.tenantID == "default" ? !isListed : isListed || isForeign
        case .addSchedule:
            let made = try await add("own-\(id)", as: actor)
            return made.tenantID != actor.tenantID || isForeign
        case .removeSchedule: _ = try await service.removeSchedule(id, as: actor)
        case .pauseSchedule: _ = try await service.pauseSchedule(id, as: actor)
        case .resumeSchedule:
            _ = try await service.pauseSchedule(id, as: fixture.actor)
            _ = try await service.resumeSchedule(id, as: actor)
        default: _ = try await service.runSchedule(id, as: actor)
        }
        return false
    }
}
