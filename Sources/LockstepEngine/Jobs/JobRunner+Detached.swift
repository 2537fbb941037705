internal import LockstepDefinitions
internal import LockstepExecution
package import LockstepModel

extension JobRunner {
    /// Starts `lockstep run job ID…` as a process of its own; what it prints goes to `attempts/ID.log` of the first.
    ///
    /// - Parameters:
    ///   - ids: One or more jobs, which it drives at the same time.
    ///   - options: More words for its command line, which say who acts.
    package func runDetached(
        _ ids: [JobID],
        sandbox: SandboxLevel = .full,
        options: [String] = []
    ) async throws(JobError) {
        guard let first = ids.first else { return }
        do throws(ExecutionError) {
            try await DetachedProcess.start(
                arguments: ["run", "job"] + ids.map(\.rawValue)
                    + ["--project", context.project.root, "--sandbox", sandbox.rawValue] + options,
                log: "\(context.project.stateFolder)/attempts/\(first).log"
            )
        } catch {
            throw JobError(error)
        }
    }
}
