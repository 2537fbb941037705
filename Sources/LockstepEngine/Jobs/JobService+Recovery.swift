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

    /// Gives every job of the project whose runner has died a new one, a process of its own, whoever the job belongs to.
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
    /// Starts a runner for every job whose own has died; none when steps run elsewhere than on this machine.
    func recoverAbandoned(sandbox: SandboxLevel = .full) async throws(JobError) -> [AbandonedJob] {
        guard executor == nil else { return [] }
        let driven: [JobID]
        do { driven = try await context.store.drivenJobs() } catch { throw JobError(error) }
        var found: [AbandonedJob] = []
        for id in driven where !OwnerLock.isHeld(AttemptPlace.lock(of: id, in: context.project)) {
            do throws(JobError) {
                try await runDetached(id, sandbox: sandbox, options: ["--recover"])
                found.append(AbandonedJob(id: id, problem: nil))
            } catch {
                found.append(AbandonedJob(id: id, problem: error.message))
            }
        }
        return found
    }
}

extension Actor {
    /// Who goes on with jobs whose runner has died; it reaches every tenant and is no user of any.
    package static let recovery = Actor(id: "recovery", kind: .system)
}
