internal import LockstepDefinitions
internal import LockstepExecution
package import LockstepModel

/// The kernel lock that the one active service of a project holds; a crash gives it back.
package final class ServiceLock: Sendable {
    private let lock: OwnerLock

    private init(_ lock: OwnerLock) { self.lock = lock }

    /// How often it is tried again.
    private static let pause = Duration.milliseconds(500)

    /// Waits until no other service works on the project.
    ///
    /// - Parameter onWait: Called once when there is one to wait for.
    /// - Returns: Nil when the task is cancelled before.
    package static func wait(
        for workspace: Workspace,
        onWait: () -> Void
    ) async throws(JobError) -> ServiceLock? {
        let path = "\(workspace.project.stateFolder)/service.lock"
        var hasToldIt = false
        while !Task.isCancelled {
            do throws(ExecutionError) {
                if let lock = try OwnerLock.take(path) { return ServiceLock(lock) }
            } catch {
                throw JobError(error)
            }
            if !hasToldIt { onWait() }
            hasToldIt = true
            try? await Task.sleep(for: pause)
        }
        return nil
    }

    /// Whether a service works on the project now.
    package static func isHeld(in workspace: Workspace) -> Bool {
        OwnerLock.isHeld("\(workspace.project.stateFolder)/service.lock")
    }

    package func release() { lock.release() }
}
