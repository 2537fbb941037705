internal import LockstepDefinitions
internal import LockstepExecution
package import LockstepModel

extension JobRunner {
    /// Starts `lockstep run job ID` as a process of its own; what it prints goes to `attempts/ID.log`.
    package func runDetached(_ id: JobID, sandbox: SandboxLevel = .full) async throws(JobError) {
        do throws(ExecutionError) {
            try await DetachedProcess.start(
                arguments: [
                    "run", "job", id.rawValue, "--project", context.project.root, "--sandbox", sandbox.rawValue,
                ],
                log: "\(context.project.stateFolder)/attempts/\(id).log"
            )
        } catch {
            throw JobError(error)
        }
    }
}
