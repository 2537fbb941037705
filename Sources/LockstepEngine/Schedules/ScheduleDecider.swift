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

    /// So many rows are written by one transaction at most.
    static let rowLimit = 1000
    /// So much is made by one transaction at most: a job counts once.
    static let madeLimit = 250
    /// A batch counts so often: each holds a descriptor until it is written.
    static let batchWeight = 5

    private var verdicts: [ScheduleVerdict] = []
    /// Keep prepared batches from being tidied away.
    private var prepared: [PreparedBatch] = []
    private var rows = 0
    private var made = 0
    private(set) var tick = ScheduleTick()
    /// Schedules of which something was written and more is to be decided at once.
    private(set) var behind: Set<ScheduleID> = []

    init(_ service: JobService, _ catalog: Catalog, at now: Instant) {
        self.service = service
        self.now = now
        store = ScheduleStore(service.context.store)
        firing = ScheduleFiring(service, catalog)
    }

    /// Decides what is due of one schedule; it is written with others, by ``write()`` at the latest.
    ///
    /// What keeps it from firing holds up this schedule only: it is tried again after a while, and the others go on.
    ///
    /// - Parameter closing: Why nothing of it fires any more and what is due is missed; nil for one that goes on.
    mutating func decide(_ due: DueSchedule, closing: String? = nil) async throws(JobError) {
        var verdict = ScheduleVerdict(due.schedule)
        let schedule: Schedule?
        do throws(JobError) {
            schedule = try due.schedule.read()
        } catch {
            schedule = nil
            setAside(due, closing, error.message, &verdict)
        }
        if let schedule {
            let plan = SchedulePlanner(schedule).plan(situation(of: due, closing))
            await carryOut(plan, of: schedule, into: &verdict)
        }
        guard !verdict.changesNothing else { return }
        rows += verdict.entries.count
        verdicts.append(verdict)
        if rows >= Self.rowLimit || made >= Self.madeLimit { try await write() }
    }

    private func situation(of due: DueSchedule, _ closing: String?) -> ScheduleSituation {
        ScheduleSituation(
            now: now,
            cursor: due.schedule.cursor,
            pauses: due.schedule.pauses,
            waiting: due.waiting,
            active: due.active,
            decided: due.decided,
            limit: max(1, Self.rowLimit - rows),
            closing: closing
        )
    }

    /// When a definition that could not be read is looked at again.
    private static let pauseAfterProblem: Int64 = 600_000
    /// When a job is made again that could not be made for want of a machine that works.
    private static let pauseAfterFailure: Int64 = 60_000

    private func later(by milliseconds: Int64) -> Instant { Instant(milliseconds: now.milliseconds + milliseconds) }

    /// Leaves a schedule alone for a while whose definition cannot be read; when it ends, what waits is given up.
    private func setAside(
        _ due: DueSchedule,
        _ closing: String?,
        _ problem: String,
        _ verdict: inout ScheduleVerdict
    ) {
        if let closing {
            for nominal in due.waiting.prefix(max(1, Self.rowLimit - rows)) {
                verdict.entries.append(
                    (entry(OccurrenceDecision(nominal, .missed, closing), of: due.schedule.id), true)
                )
            }
            return
        }
        verdict.hold(problem, until: later(by: Self.pauseAfterProblem), at: now)
    }

    /// Carries out decisions in their order, up to one that cannot be carried out or that makes the others wrong.
    private mutating func carryOut(
        _ plan: SchedulePlan,
        of schedule: Schedule,
        into verdict: inout ScheduleVerdict
    ) async {
        verdict.cursor = plan.cursor
        verdict.nextDue = plan.nextDue
        var decided = verdict.schedule.cursor
        for (index, decision) in plan.decisions.enumerated() {
            let isLast = index == plan.decisions.count - 1
            do throws(JobError) {
                try await carryOut(decision, of: schedule, into: &verdict)
            } catch {
                verdict.cursor = decided
                verdict.hold(error.inOneLine, until: later(by: Self.pauseAfterFailure), at: now)
                break
            }
            if !decision.wasQueued { decided = decision.nominal }
            // The others were decided as if this one had fired.
            let isFalse =
                decision.outcome == .fired && verdict.entries.last?.entry.outcome != .fired
                && schedule.overlap != .allow
            if !isLast, isFalse || made >= Self.madeLimit {
                verdict.cursor = decided
                verdict.nextDue = now
                break
            }
        }
        let cursor = verdict.cursor
        verdict.pauses = verdict.schedule.pauses.filter { $0.to.map { $0 > cursor } ?? true }
    }

    private func entry(_ decision: OccurrenceDecision, of id: ScheduleID) -> LedgerEntry {
        LedgerEntry(
            scheduleID: id,
            nominal: decision.nominal,
            outcome: decision.outcome,
            reason: decision.reason,
            decidedAt: now
        )
    }

    /// - Throws: What may go better another time; nothing of the decision is in the verdict then.
    private mutating func carryOut(
        _ decision: OccurrenceDecision,
        of schedule: Schedule,
        into verdict: inout ScheduleVerdict
    ) async throws(JobError) {
        var entry = entry(decision, of: schedule.id)
        if decision.outcome == .fired {
            do throws(JobError) {
                try await fire(&entry, cancelling: decision.cancels, schedule, into: &verdict)
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

    /// Nothing is in the entry or the verdict when it throws: a row that did not fire has no job.
    private mutating func fire(
        _ entry: inout LedgerEntry,
        cancelling ids: [String],
        _ schedule: Schedule,
        into verdict: inout ScheduleVerdict
    ) async throws(JobError) {
        let stored = verdict.schedule
        let actor = Actor.scheduler(in: stored.tenantID)
        let thing = try await firing.make(schedule, of: stored, at: entry.nominal, as: actor, owner: stored.createdBy)
        // What would do nothing cancels nothing either.
        var ids = ids
        if case .nothing = thing { ids = [] }
        // Jobs are cancelled in the transaction in which the new one is made; a batch is asked to stop before.
        for id in ids where id.hasPrefix(BatchNoun.prefix) { try await cancel(BatchID(id), for: entry, as: actor) }
        verdict.cancellations += ids.filter { !$0.hasPrefix(BatchNoun.prefix) }.map { JobID($0) }
        switch thing {
        case .job(let creation):
            entry.jobID = creation.job.id
            verdict.creations.append(creation)
            made += 1
        case .batch(let batch):
            entry.batchID = batch.batch.id
            verdict.batches.append((batch.batch.id, now))
            prepared.append(batch)
            made += Self.batchWeight
        case .nothing(let reason):
            entry.outcome = .skipped
            entry.reason = reason
        }
    }

    private func cancel(_ id: BatchID, for entry: LedgerEntry, as actor: Actor) async throws(JobError) {
        do throws(JobError) {
            _ = try await service.cancelBatch(id, reason: Self.cancelReason(of: entry.scheduleID), as: actor)
        } catch {
            guard error.code == .invalidTransition else { throw error }
        }
    }

    private static func cancelReason(of id: ScheduleID) -> String { "the schedule \(id) fired again" }

    /// Writes what was decided so far.
    mutating func write() async throws(JobError) {
        let (verdicts, definitions, now) = (self.verdicts, firing.takeDefinitions(), self.now)
        self.verdicts = []
        rows = 0
        made = 0
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
            if let next = verdict.nextDue, next <= now { behind.insert(verdict.schedule.id) }
            for (entry, _) in verdict.entries { tick.counts[entry.outcome, default: 0] += 1 }
            if let problem = verdict.problem, problem != verdict.schedule.problem {
                tick.problems.append((verdict.schedule.id, problem))
            }
        }
    }
}

extension ScheduleVerdict {
    /// Notes what keeps it from firing, and when it is tried again; not put off further while that is still to come.
    fileprivate mutating func hold(_ problem: String, until later: Instant, at now: Instant) {
        let isHeld = problem == schedule.problem && schedule.nextDue.map { $0 > now } ?? false
        nextDue = isHeld ? schedule.nextDue : later
        self.problem = problem
    }

    /// Whether the schedule stays as it was read.
    fileprivate var changesNothing: Bool {
        entries.isEmpty && cursor == schedule.cursor && nextDue == schedule.nextDue && problem == schedule.problem
    }
}
