internal import LockstepDefinitions
internal import LockstepModel
internal import LockstepStore

/// Keeps the database's schedules as the workflow files have them.
struct ScheduleFiles {
    private let service: JobService
    private let catalog: Catalog
    private let store: ScheduleStore
    private var stamp: String?

    init(_ service: JobService, _ catalog: Catalog) {
        self.service = service
        self.catalog = catalog
        store = ScheduleStore(service.context.store)
    }

    /// Takes over what has changed in the files since the last time.
    ///
    /// A schedule that is new or was edited begins now; one that is gone ends. While a file has mistakes, what it said before
    /// stays in force.
    ///
    /// - Returns: What could not be taken over, for a log.
    mutating func synchronize(at now: Instant) async throws(JobError) -> [String] {
        let found = catalog.workflowStamp()
        guard found != stamp else { return [] }
        var problems: [String] = []
        let workflows = catalog.schedules()
        let broken = Set(workflows.filter { $0.schedules == nil }.map(\.workflowID))
        var wanted: [ScheduleID: Schedule] = [:]
        for schedule in workflows.flatMap({ $0.schedules ?? [] }) {
            if let other = wanted[schedule.id] {
                problems.append(
                    "the workflows \(other.workflowID) and \(schedule.workflowID) both have a schedule \(schedule.id); "
                        + "the first one is in force"
                )
                continue
            }
            wanted[schedule.id] = schedule
        }
        for schedule in wanted.values.sorted(by: { $0.id < $1.id }) {
            if let problem = try await take(schedule, at: now) { problems.append(problem) }
        }
        let store = store
        let present = try await service.stored { () async throws(StoreError) in try await store.fileSchedules() }
        for stored in present where wanted[stored.id] == nil && !broken.contains(stored.workflowID) {
            _ = try await service.end(stored, catalog, "it was taken out of its workflow's file", at: now)
        }
        stamp = found
        return problems
    }

    private func take(_ schedule: Schedule, at now: Instant) async throws(JobError) -> String? {
        let store = store
        let found = try await service.stored { () async throws(StoreError) in try await store.schedule(schedule.id) }
        if let found, found.endedAt == nil, found.origin == .command {
            return "the schedule \(schedule.id) of the workflow \(schedule.workflowID) is not in force: "
                + "`lockstep schedule add` made one of the same name"
        }
        var fresh = StoredSchedule(
            id: schedule.id,
            tenantID: "default",
            workflowID: schedule.workflowID,
            definition: schedule.definition,
            origin: .file,
            createdBy: Actor.schedulerID,
            at: now
        )
        if let found, found.endedAt == nil, found.digest == fresh.digest, found.origin == .file { return nil }
        fresh.nextDue = schedule.next(after: now).map { schedule.dueTime(of: $0) }
        _ = try await service.replace(found, by: fresh, schedule, catalog, at: now)
        return nil
    }
}
