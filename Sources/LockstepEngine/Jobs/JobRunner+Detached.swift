internal import LockstepDefinitions
internal import LockstepExecution
package import LockstepModel

extension JobRunner {
    /// Starts `lockstep run job ID` as a process of its own; what it prints goes to `attempts/ID.log`.
    ///
    /// - Parameter options: More words for its command line, which say who acts.
    package func runDetached(
        _ id: JobID,
        sandbox: SandboxLevel = .full,
        options: [String] = []
    ) async throws(JobError) {
        do throws(ExecutionError) {
            try await DetachedProcess.start(
                arguments: [
                    "run", "job", id.rawValue, "--project", context.project.root, "--sandbox", sandbox.rawValue,
                ] + options,
                log: "\(context.project.stateFolder)/attempts/\(id).log"
            )
        } catch {
            throw JobError(error)
        }
    }
}
