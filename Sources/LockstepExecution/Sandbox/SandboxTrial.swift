internal import Glibc
internal import LockstepModel

/// Runs `true` as a step would run, with the real supervisor, profile and change of user.
struct SandboxTrial {
    let supervisor: String
    let host: SandboxHost
    let shape: SandboxShape

    /// A step that does nothing, in a folder of its own below `place`.
    func invocation(in place: String) -> StepInvocation {
        StepInvocation(
            attemptID: AttemptID("probe"),
            jobID: JobID("probe"),
            stepID: StepID("probe"),
            attemptFolder: "\(place)/attempt-\(UInt32.random(in: 0...UInt32.max))",
            command: ["/usr/bin/true"],
            limits: ResourceLimits(wall: DurationText(milliseconds: 20_000))
        )
    }

    /// - Parameter place: Absolute path of a folder that this makes, and that the caller removes.
    /// - Returns: Why it did not run; nil when it did.
    func run(in place: String) async -> ExecutionError? {
        do throws(ExecutionError) {
            guard mkdir(place, 0o700) == 0 || errno == EEXIST else { throw .storage("make \(place)", code: errno) }
            let invocation = invocation(in: place)
            let (attempt, report) = try await SandboxedProgram.perform(
                invocation,
                supervisor: supervisor,
                host: host,
                shape: shape
            )
            let outcome = try AttemptVerdict(invocation: invocation, report: report, layout: attempt.layout).outcome()
            if let failure = outcome.failure { throw ExecutionError(.sandboxUnavailable, failure.message) }
            return nil
        } catch {
            return error
        }
    }
}
