package import LockstepDefinitions
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore
internal import Synchronization

/// Plays schedules over a clock that only it moves: the same scheduler and the same tables, in a state folder of its own.
///
/// No job is run; each ends by itself after a while. Schedules that make batches are left out.
package struct ScheduleSimulation: Sendable {
    /// The first instant that counts.
    package var from: Instant
    /// The last one.
    package var to: Instant
    /// When no scheduler is there; the end of each is the first instant at which one is again.
    package var downtimes: [Range<Instant>] = []
    /// Moments, as the wall clock shows them, at which somebody sets it, and by how many milliseconds.
    package var jumps: [(at: Instant, by: Int64)] = []
    /// How long a job takes.
    package var jobDuration = DurationText(milliseconds: 600_000)

    /// The longest time that a job may take, and by which the clock may be set: a hundred years.
    package static let longestTime = DurationText(milliseconds: 36_525 * 86_400_000)

    package init(from: Instant, to: Instant) {
        self.from = from
        self.to = to
    }

    /// What a simulation has come to.
    package struct Outcome: Sendable {
        /// The ledger, in the order in which it was written.
        package var entries: [LedgerEntry]
        /// Schedules that were left out, each with the reason as the end of a sentence.
        package var leftOut: [(id: ScheduleID, reason: String)]
    }

    /// - Parameters:
    ///   - project: Its workflow files are played, and what was added to its state; nothing of it is changed.
    ///   - only: The schedules that take part; all when it is empty.
    /// - Throws: `SCHEDULE_NOT_FOUND` for one that is not there.
    package func run(_ project: Project, only ids: Set<ScheduleID> = []) async throws(JobError) -> Outcome {
        let folder = try TestStateFolder.make()
        defer { folder.remove() }
        let clock = SimulatedTime(at: Instant(milliseconds: from.milliseconds - 1))
        let scratch = Project(root: project.root, stateFolder: folder.path)
        let workspace = try Workspace.open(scratch, now: { clock.now })
        let store = ScheduleStore(workspace.service.context.store)
        var leftOut: [(id: ScheduleID, reason: String)] = []
        let stored = try await Self.stored(in: project)
        for added in stored where added.origin == .command {
            if let reason = try await Self.copy(added, into: store, at: clock.now) {
                leftOut.append((added.id, reason))
            }
        }
        let scheduler = Scheduler(workspace, readings: { ClockReading(wall: clock.now, sinceBoot: 0, awake: 0) })
        _ = try await scheduler.tick(at: clock.now)
        for paused in stored where paused.origin == .file {
            guard let pause = paused.pause else { continue }
            try await Self.pause(paused.id, since: min(pause.from, clock.now), in: store)
        }
        leftOut.removeAll { !ids.isEmpty && !ids.contains($0.id) }
        let chosen = try await choose(ids.subtracting(leftOut.map(\.id)), all: ids.isEmpty, workspace.service, store)
        var run = SimulationRun(simulation: self, workspace.service, store, scheduler, clock)
        try await run.play()
        let entries = try await run.entries(of: chosen.schedules)
        return Outcome(entries: entries, leftOut: (leftOut + chosen.leftOut).sorted { $0.id < $1.id })
    }

    /// The schedules of a project's state; none when it has no state yet.
    private static func stored(in project: Project) async throws(JobError) -> [StoredSchedule] {
        let path = project.stateFolder + "/lockstep.sqlite"
        guard SourceFile.exists(path) else { return [] }
        do throws(StoreError) {
            let database = try StateDatabase(reading: path)
            let blobs = try BlobStore(root: project.stateFolder + "/assets")
            return try await ScheduleStore(JobStore(database, blobs: blobs)).schedules(tenant: nil)
        } catch {
            throw JobError(error)
        }
    }

    /// - Returns: Why it cannot take part; nil when it does.
    private static func copy(
        _ added: StoredSchedule,
        into store: ScheduleStore,
        at now: Instant
    ) async throws(JobError) -> String? {
        guard let schedule = try? added.read() else { return "its definition cannot be read" }
        var fresh = StoredSchedule(
            new: schedule,
            origin: .command,
            tenant: added.tenantID,
            createdBy: added.createdBy,
            at: now
        )
        if let pause = added.pause { fresh.pauses = [SchedulePause(from: min(pause.from, now))] }
        do throws(StoreError) { _ = try await store.put(fresh, over: nil) } catch { throw JobError(error) }
        return nil
    }

    /// Pauses a schedule of a file as it is in the project.
    private static func pause(_ id: ScheduleID, since from: Instant, in store: ScheduleStore) async throws(JobError) {
        do throws(StoreError) {
            guard let found = try await store.schedule(id), found.origin == .file else { return }
            var paused = found
            paused.pauses = [SchedulePause(from: from)]
            _ = try await store.put(paused, over: found)
        } catch {
            throw JobError(error)
        }
    }

    /// Ends the schedules that take no part.
    private func choose(
        _ ids: Set<ScheduleID>,
        all isAll: Bool,
        _ service: JobService,
        _ store: ScheduleStore
    ) async throws(JobError) -> (schedules: [ScheduleID], leftOut: [(id: ScheduleID, reason: String)]) {
        let all = try await service.stored { () async throws(StoreError) in try await store.schedules(tenant: nil) }
        let unknown = ids.subtracting(all.map(\.id)).sorted()
        guard unknown.isEmpty else {
            let names = unknown.map(\.rawValue).joined(separator: ", ")
            throw JobError(
                .scheduleNotFound,
                "There is no schedule \(names). `lockstep schedule list` shows those there are."
            )
        }
        var schedules: [ScheduleID] = []
        var leftOut: [(id: ScheduleID, reason: String)] = []
        for stored in all {
            if isAll || ids.contains(stored.id) {
                let isBatch = if case .batch = try? stored.read().work { true } else { false }
                guard isBatch else {
                    schedules.append(stored.id)
                    continue
                }
                leftOut.append((stored.id, "it makes batches"))
            }
            var ended = stored
            ended.endedAt = stored.cursor
            ended.nextDue = nil
            _ = try await service.keep(ended, over: stored)
        }
        return (schedules, leftOut)
    }
}

/// One playing of a simulation.
private struct SimulationRun {
    private let simulation: ScheduleSimulation
    private let service: JobService
    private let store: ScheduleStore
    private let scheduler: Scheduler
    private let clock: SimulatedTime
    private var jumps: [(at: Instant, by: Int64)]
    /// How far the wall clock has been set, in milliseconds.
    private var offset: Int64 = 0
    /// When each job ends, as a clock shows it that nobody sets.
    private var ends: [JobID: Int64] = [:]
    private var nextDue: Instant?

    init(
        simulation: ScheduleSimulation,
        _ service: JobService,
        _ store: ScheduleStore,
        _ scheduler: Scheduler,
        _ clock: SimulatedTime
    ) {
        self.simulation = simulation
        self.service = service
        self.store = store
        self.scheduler = scheduler
        self.clock = clock
        jumps = simulation.jumps.sorted { $0.at < $1.at }
    }

    private func isDown(_ instant: Instant) -> Bool { simulation.downtimes.contains { $0.contains(instant) } }

    mutating func play() async throws(JobError) {
        try await look()
        while let next = nextMoment(), next <= simulation.to {
            clock.pass(DurationText(milliseconds: next.milliseconds - clock.now.milliseconds))
            while let jump = jumps.first, jump.at <= clock.now {
                jumps.removeFirst()
                offset += jump.by
                clock.pass(DurationText(milliseconds: jump.by))
            }
            try await look()
        }
    }

    /// What happens first: something is due, a job ends, the clock is set, or the scheduler is there again.
    private func nextMoment() -> Instant? {
        let now = clock.now
        var moments = jumps.prefix(1).map(\.at) + simulation.downtimes.map(\.upperBound)
        moments += ends.values.map { Instant(milliseconds: $0 + offset) }
        if let nextDue, !isDown(now) { moments.append(nextDue) }
        if isDown(now) { moments = moments.filter { !isDown($0) || jumps.first?.at == $0 } }
        return moments.filter { $0 > now }.min()
    }

    private mutating func look() async throws(JobError) {
        let elapsed = clock.now.milliseconds - offset
        for (id, _) in ends.filter({ $0.value <= elapsed }).sorted(by: { $0.value < $1.value }) {
            try await end(id)
            ends[id] = nil
        }
        guard !isDown(clock.now) else { return }
        nextDue = try await scheduler.tick(at: clock.now).nextDue
        let store = store
        for id in try await service.stored({ () async throws(StoreError) in try await store.activeJobs() })
        where ends[id] == nil {
            ends[id] = elapsed + simulation.jobDuration.milliseconds
        }
    }

    private func end(_ id: JobID) async throws(JobError) {
        _ = try await service.change(id, .startJob, as: .scheduler(in: "default")) { (found, now) throws(JobError) in
            guard !found.job.state.isSettled else { return nil }
            let actor = Actor.scheduler(in: found.job.tenantID)
            return found.job.forced(to: .completed, "job.succeeded", by: actor, reason: nil, at: now)
        }
    }

    func entries(of ids: [ScheduleID]) async throws(JobError) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        let store = store
        for id in ids {
            var before: Instant?
            while true {
                let end = before
                let page = try await service.stored { () async throws(StoreError) in
                    try await store.history(of: id, before: end, limit: 1000)
                }
                entries += page
                guard let last = page.last, page.count == 1000 else { break }
                before = last.nominal
            }
        }
        return entries.sorted { one, other in
            (one.decidedAt, one.nominal, one.scheduleID) < (other.decidedAt, other.nominal, other.scheduleID)
        }
    }
}
