internal import LockstepDefinitions
package import LockstepExecution
package import LockstepModel

/// Drives one batch to its end in this process.
package struct BatchRunner: Sendable {
    private let service: JobService
    private let runner: JobRunner

    package init(_ workspace: Workspace) {
        service = workspace.service
        runner = workspace.runner
    }

    /// Runs the rows of a batch that are not over, as many at the same time as it allows.
    ///
    /// - Parameters:
    ///   - stop: Cancels the batch: what runs is stopped, and no further row is started.
    ///   - onUpdate: Called from several tasks.
    /// - Returns: The settled batch.
    /// - Throws: `INVALID_TRANSITION` when it has ended, or when another process drives it; what keeps jobs from being recorded,
    ///   after those that ran have ended. It can be gone on with then.
    package func run(
        _ id: BatchID,
        as actor: Actor,
        stop: StopSignal = StopSignal(),
        onUpdate: @escaping @Sendable (BatchUpdate) -> Void = { _ in }
    ) async throws(JobError) -> Batch {
        _ = try await service.batch(id, for: .driveBatch, as: actor)
        // Once for all its jobs, whose runners leave it.
        _ = try? await runner.recoverAbandoned(except: [id])
        let shared = try runner.sharing()
        let drive = try await BatchDrive(id, service: service, runner: shared, stop: stop, onUpdate: onUpdate)
        var failure: JobError?
        await WorkerPool(slots: drive.limit).run(
            lanes: { () async throws(JobError) in
                let isOver = await drive.isOver
                return isOver || failure != nil ? nil : [drive]
            },
            onFailure: { _, error in failure = failure ?? error }
        )
        await shared.discardLeftovers()
        if let failure { throw failure }
        while true {
            let batch = try await drive.conclude()
            // A row of it may be stopping in another process.
            guard !batch.state.isSettled, batch.cancelRequestedAt != nil else { return batch }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Starts a process of its own that drives a batch; what it prints goes to `batches/ID.log`.
    ///
    /// - Parameter options: More words for its command line, which say who acts.
    package func runDetached(_ id: BatchID, options: [String] = []) async throws(JobError) {
        let project = service.context.project
        do throws(ExecutionError) {
            try await DetachedProcess.start(
                arguments: ["batches", "drive", id.rawValue, "--project", project.root] + options,
                log: BatchPlace.log(of: id, in: project)
            )
        } catch {
            throw JobError(error)
        }
    }

    /// Whether a process drives the batch now.
    package func isDriven(_ id: BatchID) -> Bool { BatchPlace.isOwned(id, in: service.context.project) }
}
