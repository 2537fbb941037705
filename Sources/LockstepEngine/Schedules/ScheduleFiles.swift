internal import LockstepDefinitions
internal import LockstepModel
internal import LockstepStore

/// Keeps the database's schedules as the workflow files have them.
struct ScheduleFiles {
    private let service: JobService
    private let catalog: Catalog
    private let store: ScheduleStore
    /// Of the files as they were when all of them could be taken over.
    private var stamp: String?
    /// What was told the last time.
    private var problems: [String] = []

    init(_ service: JobService, _ catalog: Catalog) {
        self.service = service
        self.catalog = catalog
        store = ScheduleStore(service.context.store)
    }

    /// Takes over what has changed in the files since the last time.
    ///
    /// A schedule that is new or was edited begins now; one that is gone ends. While a file has mistakes or cannot be read, what
    /// it said before stays in force. What could not be taken over is looked at again the next time, changed or not.
    ///
    /// - Returns: What could not be taken over and was not told the last time, for a log.
    mutating func synchronize(at now: Instant) async throws(JobError) -> [String] {
        let found: String
        let workflows: [WorkflowSchedules]
        do throws(SourceFile.Failure) {
            found = try catalog.workflowStamp()
            guard found != stamp else { return [] }
            workflows = try catalog.schedules()
        } catch {
            guard case .unreadable(let reason) = error else { return [] }
            return told([
                "the workflows' schedules stay as they are: \(catalog.project.workflowsFolder): \(reason)"
            ])
        }
        let broken = Set(workflows.filter { $0.schedules == nil }.map(\.workflowID))
        let (wanted, conflicts) = Self.byID(workflows.flatMap { $0.schedules ?? [] })
        var problems = conflicts
        for schedule in wanted.values.sorted(by: { $0.id < $1.id }) {
            if let problem = try await attempt(
                schedule.id,
                { () async throws(JobError) in try await take(schedule, at: now) }
            ) {
                problems.append(problem)
            }
        }
        let store = store
        let present = try await service.stored { () async throws(StoreError) in try await store.fileSchedules() }
        for stored in present where wanted[stored.id] == nil && !broken.contains(stored.workflowID) {
            let reason = "it was taken out of its workflow's file"
            if let problem = try await attempt(
                stored.id,
                { () async throws(JobError) in
                    _ = try await service.end(stored, catalog, reason, at: now)
                    return nil
                }
            ) {
                problems.append(problem)
            }
        }
        if problems.isEmpty, broken.isEmpty { stamp = found }
        return told(problems)
    }

    private mutating func told(_ problems: [String]) -> [String] {
        defer { self.problems = problems }
        return problems.filter { !self.problems.contains($0) }
    }

    /// The first schedule of each id, and what is to be said of the others.
    private static func byID(_ schedules: [Schedule]) -> (wanted: [ScheduleID: Schedule], problems: [String]) {
        var wanted: [ScheduleID: Schedule] = [:]
        var problems: [String] = []
        for schedule in schedules {
            if let other = wanted[schedule.id] {
                problems.append(
                    "the workflows \(other.workflowID) and \(schedule.workflowID) both have a schedule \(schedule.id); "
                        + "the first one is in force"
                )
            } else {
                wanted[schedule.id] = schedule
            }
        }
        return (wanted, problems)
    }

    /// What keeps one schedule from being taken over is a problem of that one; without storage nothing goes on.
    private func attempt(
        _ id: ScheduleID,
        _ change: () async throws(JobError) -> String?
    ) async throws(JobError) -> String? {
        do throws(JobError) {
            return try await change()
        } catch {
            guard error.code != .storageError, error.code != .storageFull else { throw error }
            return "the schedule \(id) could not be taken over: \(error.message)"
        }
    }

    private func take(_ schedule: Schedule, at now: Instant) async throws(JobError) -> String? {
        let store = store
        let found = try await service.stored { () async throws(StoreError) in try await store.schedule(schedule.id) }
        if let found, found.endedAt == nil, found.origin == .command {
            return "the schedule \(schedule.id) of the workflow \(schedule.workflowID) is not in force: "
                + "`lockstep schedule add` made one of the same name"
        }
        let fresh = StoredSchedule(
            new: schedule,
            origin: .file,
            tenant: "default",
            createdBy: Actor.schedulerID,
            at: now
        )
        if let found, found.endedAt == nil, found.digest == fresh.digest, found.origin == .file { return nil }
        _ = try await service.replace(found, by: fresh, schedule, catalog, at: now)
        return nil
    }
}
