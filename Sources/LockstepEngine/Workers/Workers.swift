internal import LockstepExecution
package import LockstepModel
internal import LockstepStore
internal import Synchronization

/// The workers of the service: run jobs and batches that wait for one, of all tenants, in a bounded number of slots.
package final class Workers: Sendable {
    private struct State {
        var drives: [BatchID: BatchDrive] = [:]
        var queues: [String: QueueLane] = [:]
        /// When a batch that could not be taken is tried again.
        var deferred: [BatchID: ContinuousClock.Instant] = [:]
        var isDraining = false
        var hasTakenOver = false
    }

    private let service: JobService
    private let runner: JobRunner
    private let slots: Int
    private let report: @Sendable (WorkerNews) -> Void
    private let state = Mutex(State())

    /// How long a batch rests that somebody else has at the moment.
    private static let pause = Duration.seconds(1)
    /// How long a batch rests that could not be driven.
    private static let rest = Duration.seconds(10)

    /// - Parameters:
    ///   - slots: How many jobs run at the same time at most.
    ///   - report: Called from several tasks.
    package init(
        _ workspace: Workspace,
        slots: Int,
        report: @escaping @Sendable (WorkerNews) -> Void = { _ in }
    ) {
        service = workspace.service
        runner = workspace.runner
        self.slots = slots
        self.report = report
    }

    /// Begins nothing more; ``run()`` returns when what was begun is over.
    package func drain() { state.withLock { $0.isDraining = true } }

    /// Works until it is drained.
    ///
    /// What keeps one lane from going on is reported, and tried again.
    package func run() async throws(JobError) {
        let shared = try runner.sharing()
        let report = report
        // A full disk or a locked database may be over in a while: what cannot go on is told, and tried again.
        await WorkerPool(slots: slots).run(
            lanes: { () async throws(JobError) in try await self.lanes(shared) },
            mayBegin: { !isDraining },
            onFailure: { lane, error in report(.trouble(lane, error)) }
        )
        for drive in state.withLock({ $0.drives.values }) {
            if await drive.isOver, (try? await drive.conclude()) != nil { continue }
            await drive.giveBack()
        }
        await shared.discardLeftovers()
    }

    /// Sets right, once, what the service before this one has left behind.
    private func takeOver(_ batches: [Batch]) async throws(JobError) {
        guard !state.withLock({ $0.hasTakenOver }) else { return }
        try await service.discardAbandonedBatches()
        _ = try? await runner.recoverAbandoned(except: Set(batches.map(\.id)))
        if !batches.isEmpty { report(.resumed(batches.count)) }
        state.withLock { $0.hasTakenOver = true }
    }

    private var isDraining: Bool { state.withLock { $0.isDraining } }

    /// The lanes that there are now; nil while it is drained.
    private func lanes(_ shared: JobRunner) async throws(JobError) -> [any WorkLane]? {
        guard !isDraining else { return nil }
        let batches = try await enqueuedBatches()
        try await takeOver(batches)
        for (id, drive) in state.withLock({ $0.drives }) where await drive.isOver {
            try await conclude(drive, id, shared)
        }
        for batch in batches where mayOpen(batch) {
            do throws(JobError) {
                let report = report
                let drive = try await BatchDrive(
                    batch.id,
                    service: service,
                    runner: shared,
                    stop: StopSignal(),
                    onUpdate: { report(.batch(batch.id, $0)) }
                )
                state.withLock { $0.drives[batch.id] = drive }
            } catch {
                // One that somebody else drives, or that has just ended, is no trouble.
                let isTaken = error.code == .invalidTransition
                state.withLock { $0.deferred[batch.id] = .now + (isTaken ? Self.pause : Self.rest) }
                if !isTaken { report(.trouble(batch.id.rawValue, error)) }
            }
        }
        let store = service.context.store
        let tenants = try await service.stored { () async throws(StoreError) in try await store.enqueuedTenants() }
        return state.withLock { state in
            for tenant in tenants where state.queues[tenant] == nil {
                state.queues[tenant] = QueueLane(
                    tenant: tenant,
                    limit: slots,
                    service: service,
                    runner: shared,
                    report: report
                )
            }
            return state.drives.values.map { $0 as any WorkLane } + state.queues.values.map { $0 as any WorkLane }
        }
    }

    /// Whether a batch is to be driven from now on; of each tenant there are never more open than there are slots.
    private func mayOpen(_ batch: Batch) -> Bool {
        state.withLock { state in
            if let until = state.deferred[batch.id], until > .now { return false }
            state.deferred[batch.id] = nil
            let open = state.drives.values.count { $0.tenant == batch.tenantID }
            return state.drives[batch.id] == nil && open < slots
        }
    }

    /// Takes a batch out of the lanes that is over.
    private func conclude(_ drive: BatchDrive, _ id: BatchID, _ shared: JobRunner) async throws(JobError) {
        _ = state.withLock { $0.drives.removeValue(forKey: id) }
        await shared.discardLeftovers()
        do throws(JobError) {
            let batch = try await drive.conclude()
            guard !batch.state.isSettled else { return }
        } catch {
            await drive.giveBack()
            state.withLock { $0.deferred[id] = .now + Self.rest }
            throw error
        }
        // A row of it is stopping in another process; it is concluded anew then.
        await drive.giveBack()
        state.withLock { $0.deferred[id] = .now + Self.pause }
    }

    private func enqueuedBatches() async throws(JobError) -> [Batch] {
        let store = service.batches
        return try await service.stored { () async throws(StoreError) in try await store.enqueued() }
    }
}
