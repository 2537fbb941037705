internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

extension JobService {
    var schedules: ScheduleStore { ScheduleStore(context.store) }

    /// Keeps a schedule in a new form, in force from now on.
    ///
    /// What was due of the form before and not decided yet is missed: nothing of it fires after it was changed.
    ///
    /// - Parameters:
    ///   - found: The one of the same id; nil when there is none.
    ///   - fresh: What is kept when there is none.
    /// - Returns: The schedule as it is kept.
    func replace(
        _ found: StoredSchedule?,
        by fresh: StoredSchedule,
        _ schedule: Schedule,
        _ catalog: Catalog,
        at now: Instant
    ) async throws(JobError) -> StoredSchedule {
        guard let found else { return try await keep(fresh, over: nil) }
        if found.endedAt == nil {
            try await close(found.id, "the schedule was changed before this time was decided", catalog, at: now)
        }
        let current = try await storedSchedule(found.id) ?? found
        var changed = current.changed(to: schedule, at: now)
        changed.origin = fresh.origin
        if current.endedAt != nil || changed.origin != current.origin {
            changed.tenantID = fresh.tenantID
            changed.createdBy = fresh.createdBy
        }
        return try await keep(changed, over: current)
    }

    /// Ends a schedule: what is due or waits is missed, and nothing fires any more.
    func end(
        _ found: StoredSchedule,
        _ catalog: Catalog,
        _ reason: String,
        at now: Instant
    ) async throws(JobError) -> StoredSchedule {
        try await close(found.id, reason, catalog, includesWaiting: true, at: now)
        let current = try await storedSchedule(found.id) ?? found
        var ended = current
        ended.endedAt = now
        ended.nextDue = nil
        ended.revision += 1
        return try await keep(ended, over: current)
    }

    /// Decides every time of a schedule up to now without firing any of it, a thousand rows at a time.
    private func close(
        _ id: ScheduleID,
        _ reason: String,
        _ catalog: Catalog,
        includesWaiting: Bool = false,
        at now: Instant
    ) async throws(JobError) {
        var last: ClosingState?
        while true {
            let store = schedules
            let found = try await stored { () async throws(StoreError) in try await store.situation(of: id) }
            guard let found else { return }
            let due = includesWaiting ? found : found.withoutWaiting
            let state = ClosingState(
                revision: found.schedule.revision,
                cursor: found.schedule.cursor,
                waiting: due.waiting.count
            )
            // Each round takes it further, unless nothing is left or its definition cannot be read.
            guard state != last else { return }
            last = state
            var decider = ScheduleDecider(self, catalog, at: now)
            try await decider.decide(due, closing: reason)
            try await decider.write()
        }
    }

    /// How far the closing of a schedule has come.
    private struct ClosingState: Equatable {
        let revision: Int64
        let cursor: Instant
        let waiting: Int
    }

    /// - Throws: `CONCURRENCY_ERROR` when somebody else has changed it meanwhile.
    func keep(_ schedule: StoredSchedule, over read: StoredSchedule?) async throws(JobError) -> StoredSchedule {
        let store = schedules
        let isKept = try await stored { () async throws(StoreError) in try await store.put(schedule, over: read) }
        guard isKept else {
            throw JobError(
                .concurrencyError,
                "The schedule \(schedule.id) was changed or has fired at the same moment. Look at it again and repeat what "
                    + "you want to do."
            )
        }
        return schedule
    }

    func storedSchedule(_ id: ScheduleID) async throws(JobError) -> StoredSchedule? {
        let store = schedules
        return try await stored { () async throws(StoreError) in try await store.schedule(id) }
    }
}
