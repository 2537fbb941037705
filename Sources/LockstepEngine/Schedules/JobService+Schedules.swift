package import LockstepDefinitions
internal import LockstepExecution
package import LockstepJSON
package import LockstepModel
package import LockstepStore

/// A schedule and how it stands.
package struct ScheduleStatus: Sendable {
    package var stored: StoredSchedule
    /// Nil when its definition cannot be read any more.
    package var schedule: Schedule?
    /// The row of its newest nominal time that was decided.
    package var last: LedgerEntry?
    /// Its jobs and batches that have not ended, by id.
    package var active: [String]

    /// What keeps it from firing, or kept it the last time; nil when all is well.
    package var problem: String? {
        schedule == nil ? stored.problem ?? "its definition cannot be read" : stored.problem
    }

    package var isPaused: Bool { stored.pause != nil || schedule?.isPaused ?? false }
}

extension JobService {
    /// Adds a schedule, in force from now on; whoever does must be allowed to make jobs and to start them.
    ///
    /// - Parameters:
    ///   - definition: As a workflow file has it.
    ///   - workflow: The one that it runs.
    ///   - replaces: Whether one of the same name that was added before is changed.
    /// - Throws: `VALIDATION_ERROR` with everything that is wrong; `SCHEDULE_ERROR` when there is one of the name.
    package func addSchedule(
        _ definition: JSONValue,
        of workflow: CheckedWorkflow,
        replaces: Bool = false,
        as actor: Actor
    ) async throws(JobError) -> StoredSchedule {
        try actor.require(.addSchedule)
        try actor.require(.createJob)
        let now = context.now()
        var decoder = DefinitionDecoder()
        let id = workflow.workflow.id
        let read = decoder.schedule(definition, of: id, workflow.workflow.inputVariables, at: JSONPointer())
        var fields = decoder.problems.map { problem in
            // Only an input that is not there has no place of its own.
            let place = problem.pointer.tokens.joined(separator: ".")
            return FieldError(field: place.isEmpty ? "inputs" : place, message: problem.message)
        }
        if let read, fields.isEmpty, read.next(after: now) == nil {
            let field = definition["at"] == nil ? "to" : "at"
            fields.append(FieldError(field: field, message: "all of its times are over, so that it would never fire"))
        }
        guard let schedule = read, fields.isEmpty else {
            throw JobError(.validationError, "The schedule was not added.", fields: fields)
        }
        let found = try await storedSchedule(schedule.id)
        if let found { try requireReplaceable(found, replaces, as: actor) }
        let fresh = StoredSchedule(
            new: schedule,
            origin: .command,
            tenant: actor.tenantID,
            createdBy: actor.id,
            at: now
        )
        return try await replace(found, by: fresh, schedule, Catalog(context.project), at: now)
    }

    private func requireReplaceable(_ found: StoredSchedule, _ replaces: Bool, as actor: Actor) throws(JobError) {
        guard actor.reaches(tenant: found.tenantID) else {
            throw JobError(.permissionDenied, "A schedule \(found.id) belongs to another tenant; choose another name.")
        }
        guard found.endedAt == nil else { return }
        if found.origin == .file {
            throw JobError(
                .scheduleError,
                "The workflow \(found.workflowID) has a schedule \(found.id) in its file; change it there, or choose another name."
            )
        }
        guard replaces else {
            throw JobError(
                .scheduleError,
                "There is a schedule \(found.id) already. Change it with --replace, or choose another name."
            )
        }
    }

    /// The schedules of the actor's tenant, sorted by id.
    ///
    /// - Parameter includesEnded: Whether those that were removed count.
    package func listSchedules(includesEnded: Bool = false, as actor: Actor) async throws(JobError) -> [ScheduleStatus]
    {
        try actor.require(.listSchedules)
        let store = schedules
        let tenant = actor.tenantID
        let found = try await stored { () async throws(StoreError) in
            try await store.listing(tenant: tenant, includesEnded: includesEnded)
        }
        return found.map { listed in
            ScheduleStatus(
                stored: listed.schedule,
                schedule: try? listed.schedule.read(),
                last: listed.last,
                active: listed.active
            )
        }
    }

    /// - Throws: `SCHEDULE_NOT_FOUND`, `PERMISSION_DENIED`.
    package func getSchedule(_ id: ScheduleID, as actor: Actor) async throws(JobError) -> ScheduleStatus {
        try await status(of: try await schedule(id, for: .getSchedule, includesEnded: true, as: actor))
    }

    private func status(of schedule: StoredSchedule) async throws(JobError) -> ScheduleStatus {
        let store = schedules
        return try await stored { () async throws(StoreError) in
            ScheduleStatus(
                stored: schedule,
                schedule: try? schedule.read(),
                last: try await store.history(of: schedule.id, limit: 1).first,
                active: try await store.situation(of: schedule.id)?.active ?? []
            )
        }
    }

    func schedule(
        _ id: ScheduleID,
        for operation: JobOperation,
        includesEnded: Bool = false,
        as actor: Actor
    ) async throws(JobError) -> StoredSchedule {
        try actor.require(operation)
        guard let found = try await storedSchedule(id) else {
            throw JobError(
                .scheduleNotFound,
                "There is no schedule \(id). `lockstep schedule list` shows those there are; one in a workflow file is known "
                    + "once the scheduler has seen it."
            )
        }
        guard actor.reaches(tenant: found.tenantID) else {
            throw JobError(.permissionDenied, "The schedule \(id) belongs to another tenant.")
        }
        guard found.endedAt == nil || includesEnded else {
            throw JobError(
                .scheduleNotFound,
                "The schedule \(id) was removed. `lockstep schedule history \(id)` still shows what it did."
            )
        }
        return found
    }

    /// Lets nothing fire until it is resumed: times that come meanwhile are skipped.
    ///
    /// - Throws: `INVALID_TRANSITION` when it is paused already.
    package func pauseSchedule(_ id: ScheduleID, as actor: Actor) async throws(JobError) -> StoredSchedule {
        let found = try await schedule(id, for: .pauseSchedule, as: actor)
        if let pause = found.pause {
            throw JobError(.invalidTransition, "The schedule \(id) is paused already, since \(pause.from).")
        }
        var paused = found
        paused.pauses.append(SchedulePause(from: context.now()))
        paused.revision += 1
        return try await keep(paused, over: found)
    }

    /// Lets it fire again; what was skipped meanwhile is not made up for.
    ///
    /// - Throws: `INVALID_TRANSITION` when it is not paused, or by its definition.
    package func resumeSchedule(_ id: ScheduleID, as actor: Actor) async throws(JobError) -> StoredSchedule {
        let found = try await schedule(id, for: .resumeSchedule, as: actor)
        guard found.pause != nil else {
            let isByDefinition = (try? found.read())?.isPaused ?? false
            throw JobError(
                .invalidTransition,
                isByDefinition
                    ? "The schedule \(id) is paused by its definition, which says `paused: true`; change it there."
                    : "The schedule \(id) is not paused."
            )
        }
        var resumed = found
        resumed.pauses[resumed.pauses.count - 1].to = context.now()
        resumed.revision += 1
        return try await keep(resumed, over: found)
    }

    /// Takes a schedule away; its history stays.
    ///
    /// - Throws: `SCHEDULE_ERROR` for one that stands in a workflow file.
    package func removeSchedule(_ id: ScheduleID, as actor: Actor) async throws(JobError) -> StoredSchedule {
        let found = try await schedule(id, for: .removeSchedule, as: actor)
        guard found.origin == .command else {
            throw JobError(
                .scheduleError,
                "The schedule \(id) stands in the file of the workflow \(found.workflowID); take it out there, or pause it."
            )
        }
        return try await end(found, Catalog(context.project), "the schedule was removed", at: context.now())
    }

    /// Fires a schedule now because somebody wants it, whatever its times, pauses and running jobs are.
    ///
    /// - Returns: The row about it, with the job or batch.
    package func runSchedule(_ id: ScheduleID, as actor: Actor) async throws(JobError) -> LedgerEntry {
        let found = try await schedule(id, for: .runSchedule, as: actor)
        let schedule = try found.read()
        let now = context.now()
        var nominal = now
        // The row must not stand in the place of one of its own times, nor of another wish of the same millisecond.
        while try await isTaken(nominal, of: schedule) { nominal = Instant(milliseconds: nominal.milliseconds + 1) }
        var firing = ScheduleFiring(self, Catalog(context.project))
        var verdict = ScheduleVerdict(found)
        var entry = LedgerEntry(
            scheduleID: id,
            nominal: nominal,
            outcome: .fired,
            reason: "\(actor.id) asked for it",
            decidedAt: now,
            requestedBy: actor.id
        )
        // Whoever added the schedule was allowed to make its jobs; to ask for one takes the right to start it.
        let maker = Actor(id: actor.id, tenantID: found.tenantID, kind: actor.kind)
        let made = try await firing.make(schedule, of: found, at: nominal, as: maker, owner: actor.id)
        switch made {
        case .nothing(let reason):
            throw JobError(.validationError, "\(reason); nothing was made. Put files there and repeat it.")
        case .job(let creation):
            entry.jobID = creation.job.id
            verdict.creations = [creation]
        case .batch(let batch):
            entry.batchID = batch.batch.id
            verdict.batches = [(batch.batch.id, now)]
        }
        verdict.entries = [(entry, false)]
        let (store, complete, definitions) = (schedules, verdict, firing.takeDefinitions())
        let written = try await stored { () async throws(StoreError) in
            try await store.write([complete], definitions: definitions, cancel: { (_) throws(JobError) in nil })
        }
        withExtendedLifetime(made) {}
        guard !written.isEmpty else {
            throw JobError(
                .concurrencyError,
                "The schedule \(id) was changed or has fired at the same moment; nothing was done. Try again."
            )
        }
        return entry
    }

    private func isTaken(_ nominal: Instant, of schedule: Schedule) async throws(JobError) -> Bool {
        if schedule.next(after: Instant(milliseconds: nominal.milliseconds - 1)) == nominal { return true }
        let store = schedules
        return try await stored { () async throws(StoreError) in
            try await store.entry(of: schedule.id, at: nominal) != nil
        }
    }
}
