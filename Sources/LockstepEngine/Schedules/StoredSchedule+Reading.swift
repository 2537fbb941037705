internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

extension StoredSchedule {
    /// The schedule itself.
    ///
    /// - Throws: `SCHEDULE_ERROR` for a definition that cannot be read any more: its time zone is gone, or a newer program wrote it.
    func read() throws(JobError) -> Schedule {
        var decoder = DefinitionDecoder()
        let schedule = decoder.schedule(definition, of: workflowID, nil, at: JSONPointer())
        guard let schedule, decoder.problems.isEmpty else {
            let problems = decoder.problems.map(\.message).joined(separator: "; ")
            throw JobError(.scheduleError, "The schedule \(id) cannot be read: \(problems)")
        }
        return schedule
    }

    /// A new schedule, in force from now on.
    init(new schedule: Schedule, origin: Origin, tenant: String, createdBy: String, at now: Instant) {
        self.init(
            id: schedule.id,
            tenantID: tenant,
            workflowID: schedule.workflowID,
            definition: schedule.definition,
            origin: origin,
            createdBy: createdBy,
            at: now
        )
        nextDue = schedule.nextDue(after: now)
    }

    /// The same schedule in another form, in force from now on: nothing before is fired.
    func changed(to schedule: Schedule, at now: Instant) -> StoredSchedule {
        var changed = self
        changed.workflowID = schedule.workflowID
        changed.definition = schedule.definition
        changed.changedAt = now
        changed.revision += 1
        changed.cursor = now
        changed.problem = nil
        if endedAt != nil {
            changed.endedAt = nil
            changed.createdAt = now
            changed.pauses = []
        }
        changed.nextDue = schedule.nextDue(after: now)
        return changed
    }
}

extension Actor {
    /// Who fires schedules.
    static let schedulerID = "scheduler"

    /// The scheduler in a schedule's tenant.
    static func scheduler(in tenant: String) -> Actor {
        Actor(id: schedulerID, tenantID: tenant, kind: .system)
    }
}
