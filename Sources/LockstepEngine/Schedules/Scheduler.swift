internal import LockstepDefinitions
package import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Fires schedules, and queues jobs that have a time to start.
///
/// Any number of them may work on one project: the ledger lets each occurrence be decided once. It reads no clock but the one
/// that it is given.
package actor Scheduler {
    /// Is told what happens, for a log.
    package typealias Observer = @Sendable (SchedulerNews) -> Void

    private let service: JobService
    private let catalog: Catalog
    private let store: ScheduleStore
    private let onNews: Observer
    private let readings: @Sendable () -> ClockReading
    private var files: ScheduleFiles
    private var filesSeenAt: Instant?

    /// How long it sleeps at most, and how often it looks at the workflow files.
    package static let longestSleep: Int64 = 30_000
    static let fileInterval: Int64 = 60_000

    /// - Parameter readings: The clocks of the machine; the wall clock is the workspace's.
    package init(
        _ workspace: Workspace,
        readings: (@Sendable () -> ClockReading)? = nil,
        onNews: @escaping Observer = { _ in }
    ) {
        service = workspace.service
        catalog = workspace.catalog
        store = ScheduleStore(workspace.service.context.store)
        self.onNews = onNews
        let now = workspace.service.context.now
        self.readings = readings ?? { ClockReading(wall: now()) }
        files = ScheduleFiles(workspace.service, workspace.catalog)
    }

    /// Decides everything that is due at a moment, and writes it.
    ///
    /// - Returns: What was decided, and when to look again.
    /// - Throws: `STORAGE_ERROR`, `STORAGE_FULL`: what was decided before is written, the rest is not.
    package func tick(at now: Instant) async throws(JobError) -> ScheduleTick {
        var tick = ScheduleTick()
        while try await round(at: now, into: &tick) {}
        return tick
    }

    /// Looks at each schedule of which something is due or waits, once.
    ///
    /// - Parameter stop: No further page is begun when it is raised.
    /// - Returns: Whether there is more to decide of one of them.
    private func round(
        at now: Instant,
        until stop: StopSignal? = nil,
        into tick: inout ScheduleTick
    ) async throws(JobError) -> Bool {
        try await takeFiles(at: now)
        tick.startedJobs += try await startJobs(at: now)
        var decider = ScheduleDecider(service, catalog, at: now)
        var isStopped: Bool { stop.map { $0.request != .none } ?? false }
        var last: StoredSchedule?
        while !isStopped {
            let (store, after) = (store, last)
            let page = try await service.stored { () async throws(StoreError) in
                try await store.due(at: now, after: after, limit: Self.pageSize)
            }
            guard let end = page.last else { break }
            // One that is behind comes again on a later page, with the time at which it goes on.
            for due in page where !decider.behind.contains(due.schedule.id) { try await decider.decide(due) }
            try await decider.write()
            last = end.schedule
        }
        var waiting: ScheduleID?
        while !isStopped {
            let (store, after) = (store, waiting)
            let page = try await service.stored { () async throws(StoreError) in
                try await store.waiting(after: after, limit: Self.pageSize)
            }
            guard let end = page.last else { break }
            for due in page where !decider.behind.contains(due.schedule.id) { try await decider.decide(due) }
            try await decider.write()
            waiting = end.schedule.id
        }
        tick.add(decider.tick)
        let store = store
        tick.nextDue = try await service.stored { () async throws(StoreError) in try await store.nextDue() }
        return !decider.behind.isEmpty
    }

    private func takeFiles(at now: Instant) async throws(JobError) {
        guard filesSeenAt.map({ now < $0 || now.milliseconds - $0.milliseconds >= Self.fileInterval }) ?? true else {
            return
        }
        var files = files
        for problem in try await files.synchronize(at: now) { onNews(.conflict(problem)) }
        self.files = files
        filesSeenAt = now
    }

    private static let pageSize = 250

    /// Puts jobs whose time has come into the queue of the workers.
    private func startJobs(at now: Instant) async throws(JobError) -> Int {
        var count = 0
        while true {
            let store = store
            let ids = try await service.stored { () async throws(StoreError) in try await store.dueJobs(at: now) }
            var started = 0
            for id in ids where try await start(id, at: now) { started += 1 }
            count += started
            if started == 0 || ids.count < 500 { return count }
        }
    }

    private func start(_ id: JobID, at now: Instant) async throws(JobError) -> Bool {
        do throws(JobError) {
            _ = try await service.change(id, .startJob, as: .scheduler(in: "default")) { (found, _) throws(JobError) in
                guard found.job.state == .scheduled, let time = found.job.scheduledAt, time <= now else { return nil }
                let actor = Actor.scheduler(in: found.job.tenantID)
                return try found.job.changed(
                    to: .queued,
                    by: actor,
                    reason: "its time has come",
                    data: ["scheduled_at": time.json],
                    at: now
                ) { job in
                    // Somebody else does the work of an external job, and starts it.
                    if !job.isExternal { job.enqueuedAt = now }
                }
            }
            return true
        } catch {
            guard error.code == .jobNotFound || error.code == .invalidTransition else { throw error }
            return false
        }
    }

    // MARK: - Going on

    /// Goes through what is due whenever something is, until it is stopped or its task is cancelled.
    ///
    /// One that has much to make up for gets its share of each round: what others have to do meanwhile is on time.
    /// What keeps one tick from being written is told and tried again; nothing is lost meanwhile.
    package func run(until stop: StopSignal) async {
        var watch = ClockWatch(readings())
        while stop.request == .none, !Task.isCancelled {
            let rings = store.commits.count
            let reading = readings()
            for change in watch.look(reading) { onNews(.clock(change)) }
            var next: Instant?
            var pause: Int64 = Self.longestSleep
            do throws(JobError) {
                var tick = ScheduleTick()
                _ = try await round(at: reading.wall, until: stop, into: &tick)
                if !tick.isEmpty { onNews(.tick(tick)) }
                next = tick.nextDue
            } catch {
                onNews(.failure(error))
                pause = Self.pauseAfterFailure
            }
            if let next { pause = min(pause, max(0, next.milliseconds - readings().wall.milliseconds)) }
            await sleep(pause, after: rings, until: stop)
        }
    }

    private static let pauseAfterFailure: Int64 = 5000
    /// How soon a stop is seen, and a job's end where an occurrence waits for it.
    private static let slice: Int64 = 500

    /// Sleeps at most so long; shorter when it is stopped, or when this process commits something.
    private func sleep(_ milliseconds: Int64, after rings: Int, until stop: StopSignal) async {
        var left = milliseconds
        while left > 0, stop.request == .none, !Task.isCancelled {
            let piece = min(left, Self.slice)
            try? await Task.sleep(for: .milliseconds(piece))
            left -= piece
            if store.commits.count != rings { return }
        }
    }
}

/// What a scheduler tells of.
package enum SchedulerNews: Sendable {
    case tick(ScheduleTick)
    case clock(ClockChange)
    /// A workflow file names a schedule that cannot be taken from it.
    case conflict(String)
    /// A tick could not be written; it is tried again.
    case failure(JobError)

    /// For a log, one line.
    package var words: String {
        switch self {
        case .tick(let tick): tick.words
        case .clock(let change): change.words
        case .conflict(let text): text
        case .failure(let error): "the schedules could not be looked at, which is tried again: \(error.message)"
        }
    }
}
