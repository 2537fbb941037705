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
    }

    private let service: JobService
    private let runner: JobRunner
    private let slots: Int
    private let report: @Sendable (WorkerNews) -> Void
    private let state = Mutex(State())

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
        try await service.discardAbandonedBatches()
        let batches = try await enqueuedBatches()
        _ = try? await runner.recoverAbandoned()
        let shared = try runner.sharing()
        if !batches.isEmpty { report(.resumed(batches.count)) }
        let report = report
        // A full disk or a locked database may be over in a while: what cannot go on is told, and tried again.
        await WorkerPool(slots: slots).run(
            lanes: { () async throws(JobError) in try await self.lanes(shared) },
            mayBegin: { !isDraining },
            onFailure: { lane, error in report(.trouble(lane, error)) }
        )
        for drive in state.withLock({ $0.drives.values }) { await drive.giveBack() }
    }

    private var isDraining: Bool { state.withLock { $0.isDraining } }

    /// The lanes that there are now; nil while it is drained.
    private func lanes(_ shared: JobRunner) async throws(JobError) -> [any WorkLane]? {
        guard !isDraining else { return nil }
        for (id, drive) in state.withLock({ $0.drives }) where await drive.isOver {
            _ = state.withLock { $0.drives.removeValue(forKey: id) }
            _ = try await drive.conclude()
        }
        for batch in try await enqueuedBatches() {
            let isKnown = state.withLock { state in
                if let until = state.deferred[batch.id], until > .now { return true }
                return state.drives[batch.id] != nil
            }
            guard !isKnown else { continue }
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
                state.withLock { $0.deferred[batch.id] = .now + .seconds(10) }
                report(.trouble(batch.id.rawValue, error))
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

    private func enqueuedBatches() async throws(JobError) -> [Batch] {
        let store = service.batches
        return try await service.stored { () async throws(StoreError) in try await store.enqueued() }
    }
}
