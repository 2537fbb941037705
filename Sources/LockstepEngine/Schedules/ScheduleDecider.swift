internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Makes plans for schedules, the jobs that they fire, and writes both together.
///
/// What is decided is written in one transaction with the jobs: a process that is killed before it leaves neither, and one that
/// is killed after it both. Of several that decide about one schedule at the same time one gets through.
struct ScheduleDecider {
    private let service: JobService
    private let store: ScheduleStore
    private var firing: ScheduleFiring
    private let now: Instant

    /// So many rows are written by one transaction at most, and about so many jobs made.
    static let rowLimit = 1000
    static let jobLimit = 250

    private var verdicts: [ScheduleVerdict] = []
    /// Keep prepared batches from being tidied away.
    private var prepared: [PreparedBatch] = []
    private var rows = 0
    private(set) var tick = ScheduleTick()
    /// Whether something was written and there is more to decide at once.
    var isBehind = false

    init(_ service: JobService, _ catalog: Catalog, at now: Instant) {
        self.service = service
        self.now = now
        store = ScheduleStore(service.context.store)
        firing = ScheduleFiring(service, catalog)
    }

    /// Decides what is due of one schedule; it is written with others, by ``write()`` at the latest.
    ///
    /// - Parameter closing: Why nothing of it fires any more and what is due is missed; nil for one that goes on.
    mutating func decide(_ due: DueSchedule, closing: String? = nil) async throws(JobError) {
        let stored = due.schedule
        var verdict = ScheduleVerdict(stored)
        do throws(JobError) {
            let schedule = try stored.read()
            let plan = SchedulePlanner(schedule).plan(
                ScheduleSituation(
                    now: now,
                    cursor: stored.cursor,
                    pauses: stored.pauses,
                    waiting: due.waiting,
                    active: due.active,
                    decided: due.decided,
                    limit: max(1, Self.rowLimit - rows),
                    closing: closing
                )
            )
            verdict.cursor = plan.cursor
            verdict.nextDue = plan.nextDue
            verdict.pauses = stored.pauses.filter { $0.to.map { $0 > plan.cursor } ?? true }
            for decision in plan.decisions {
                try await carryOut(decision, of: schedule, into: &verdict)
            }
        } catch {
            guard error.code == .scheduleError, verdict.entries.isEmpty else { throw error }
            verdict.problem = error.message
            verdict.nextDue = Instant(milliseconds: now.milliseconds + Self.pauseAfterProblem)
        }
        guard !verdict.changesNothing else { return }
        rows += verdict.entries.count
        verdicts.append(verdict)
        if rows >= Self.rowLimit || verdicts.reduce(0, { $0 + $1.creations.count }) >= Self.jobLimit {
            try await write()
        }
    }

    /// When a definition that could not be read is looked at again.
    private static let pauseAfterProblem: Int64 = 600_000

    private mutating func carryOut(
        _ decision: OccurrenceDecision,
        of schedule: Schedule,
        into verdict: inout ScheduleVerdict
    ) async throws(JobError) {
        var entry = LedgerEntry(
            scheduleID: schedule.id,
            nominal: decision.nominal,
            outcome: decision.outcome,
            reason: decision.reason,
            decidedAt: now
        )
        if decision.outcome == .fired {
            do throws(JobError) {
                try await fire(&entry, schedule, into: &verdict)
                try await cancel(decision.cancels, for: entry, &verdict)
                verdict.problem = nil
            } catch {
                guard error.isFinal else { throw error }
                entry.outcome = .missed
                entry.reason = error.inOneLine
                verdict.problem = error.inOneLine
            }
        }
        verdict.entries.append((entry, decision.wasQueued))
    }

    private mutating func fire(
        _ entry: inout LedgerEntry,
        _ schedule: Schedule,
        into verdict: inout ScheduleVerdict
    ) async throws(JobError) {
        let stored = verdict.schedule
        let actor = Actor.scheduler(in: stored.tenantID)
        let made = try await firing.make(schedule, of: stored, at: entry.nominal, as: actor, owner: stored.createdBy)
        switch made {
        case .job(let creation):
            entry.jobID = creation.job.id
            verdict.creations.append(creation)
        case .batch(let batch):
            entry.batchID = batch.batch.id
            verdict.batches.append((batch.batch.id, now))
            prepared.append(batch)
        }
    }

    /// Jobs are cancelled in the transaction in which the new one is made; a batch is asked to stop before.
    private func cancel(
        _ ids: [String],
        for entry: LedgerEntry,
        _ verdict: inout ScheduleVerdict
    ) async throws(JobError) {
        for id in ids {
            guard id.hasPrefix(BatchNoun.prefix) else {
                verdict.cancellations.append(JobID(id))
                continue
            }
            let actor = Actor.scheduler(in: verdict.schedule.tenantID)
            let reason = Self.cancelReason(of: entry.scheduleID)
            do throws(JobError) {
                _ = try await service.cancelBatch(BatchID(id), reason: reason, as: actor)
            } catch {
                guard error.code == .invalidTransition else { throw error }
            }
        }
    }

    private static func cancelReason(of id: ScheduleID) -> String { "the schedule \(id) fired again" }

    /// Writes what was decided so far.
    mutating func write() async throws(JobError) {
        let (verdicts, definitions, now) = (self.verdicts, firing.takeDefinitions(), self.now)
        self.verdicts = []
        rows = 0
        guard !verdicts.isEmpty else { return }
        Failpoint.beforeTickRecorded.reach()
        let store = store
        let written: [ScheduleVerdict]
        do throws(StoreError) {
            written = try await store.write(
                verdicts,
                definitions: definitions,
                cancel: { (found) throws(JobError) in
                    guard let job = found?.job else { return nil }
                    let actor = Actor.scheduler(in: job.tenantID)
                    let reason = Self.cancelReason(of: ScheduleID(job.scheduleID ?? ""))
                    var revision = try JobService.cancellation(of: job, reason: reason, by: actor, at: now)
                    revision?.job.updatedAt = now
                    return revision
                },
                withinTransaction: { Failpoint.withinTick.reach() }
            )
        } catch {
            throw JobError(error)
        }
        Failpoint.afterTickRecorded.reach()
        prepared = []
        for verdict in written {
            if let next = verdict.nextDue, next <= now { isBehind = true }
            for (entry, _) in verdict.entries { tick.counts[entry.outcome, default: 0] += 1 }
            if let problem = verdict.problem, problem != verdict.schedule.problem {
                tick.problems.append((verdict.schedule.id, problem))
            }
        }
    }
}

extension ScheduleVerdict {
    /// Whether the schedule stays as it was read.
    fileprivate var changesNothing: Bool {
        entries.isEmpty && cursor == schedule.cursor && nextDue == schedule.nextDue && problem == schedule.problem
    }
}
