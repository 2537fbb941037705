internal import LockstepDefinitions
internal import LockstepExecution
package import LockstepModel
internal import LockstepStore

/// A job whose runner died, and what was done about it.
package struct AbandonedJob: Sendable, Hashable {
    package let id: JobID
    /// Why no runner could be started for it; nil when one was.
    package let problem: String?
}

extension JobService {
    /// Whether a process drives the job now. The kernel answers, so neither a process number nor a clock is believed.
    package func hasLiveRunner(_ job: Job) -> Bool {
        job.isDriven && OwnerLock.isHeld(AttemptPlace.lock(of: job.id, in: context.project))
    }

    /// Gives every job of the project whose runner has died a new one, whoever the job belongs to: one process for all of them.
    ///
    /// - Parameter sandbox: How well further steps are shut in; nil means as those before them.
    /// - Throws: `PERMISSION_DENIED` without `job:admin`.
    package func recoverJobs(
        sandbox: SandboxLevel? = nil,
        as actor: Actor
    ) async throws(JobError) -> [AbandonedJob] {
        try actor.require(.recoverJobs)
        return try await JobRunner(context, executor: executor).recoverAbandoned(sandbox: sandbox)
    }
}

extension JobRunner {
    /// As many jobs as one process gets, so that its command line stays short.
    private static let jobsOfOneProcess = 500

    /// Starts a runner for the jobs whose own has died; none when steps run elsewhere than on this machine.
    ///
    /// One process drives many of them, because starting one takes longer than taking a job over.
    ///
    /// - Parameters:
    ///   - batches: Their jobs are left alone, because whoever asks drives them itself.
    ///   - sandbox: Nil lets each job go on as it began, in full where nobody knows that.
    func recoverAbandoned(
        except batches: Set<BatchID> = [],
        sandbox: SandboxLevel? = nil
    ) async throws(JobError) -> [AbandonedJob] {
        guard executor == nil else { return [] }
        let driven: [DrivenJob]
        do { driven = try await context.store.drivenJobs() } catch { throw JobError(error) }
        let orphans = driven.filter { job in
            job.batchID.map { !batches.contains($0) } ?? true
                && !OwnerLock.isHeld(AttemptPlace.lock(of: job.id, in: context.project))
        }
        var found: [AbandonedJob] = []
        for level in SandboxLevel.allCases {
            let jobs = orphans.filter { (sandbox ?? $0.sandbox ?? .full) == level }.map(\.id)
            for start in stride(from: 0, to: jobs.count, by: Self.jobsOfOneProcess) {
                let ids = Array(jobs[start..<min(start + Self.jobsOfOneProcess, jobs.count)])
                do throws(JobError) {
                    try await runDetached(ids, sandbox: level, options: ["--recover"])
                    found += ids.map { AbandonedJob(id: $0, problem: nil) }
                } catch {
                    found += ids.map { AbandonedJob(id: $0, problem: error.message) }
                }
            }
        }
        return found.sorted { $0.id.rawValue < $1.id.rawValue }
    }
}

extension Actor {
    /// Who goes on with jobs whose runner has died; it reaches every tenant and is no user of any.
    package static let recovery = Actor(id: "recovery", kind: .system)
}
