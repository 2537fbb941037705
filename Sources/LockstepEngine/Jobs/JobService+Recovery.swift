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
    /// - Throws: `PERMISSION_DENIED` without `job:admin`.
    package func recoverJobs(
        sandbox: SandboxLevel = .full,
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
    func recoverAbandoned(sandbox: SandboxLevel = .full) async throws(JobError) -> [AbandonedJob] {
        guard executor == nil else { return [] }
        let driven: [JobID]
        do { driven = try await context.store.drivenJobs() } catch { throw JobError(error) }
        let orphans = driven.filter { !OwnerLock.isHeld(AttemptPlace.lock(of: $0, in: context.project)) }
        var found: [AbandonedJob] = []
        for start in stride(from: 0, to: orphans.count, by: Self.jobsOfOneProcess) {
            let ids = Array(orphans[start..<min(start + Self.jobsOfOneProcess, orphans.count)])
            do throws(JobError) {
                try await runDetached(ids, sandbox: sandbox, options: ["--recover"])
                found += ids.map { AbandonedJob(id: $0, problem: nil) }
            } catch {
                found += ids.map { AbandonedJob(id: $0, problem: error.message) }
            }
        }
        return found
    }
}

extension Actor {
    /// Who goes on with jobs whose runner has died; it reaches every tenant and is no user of any.
    package static let recovery = Actor(id: "recovery", kind: .system)
}
