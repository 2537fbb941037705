internal import Synchronization

/// Starts the supervisors of attempts, and has one in store while it is known that there will be another attempt.
final class SupervisorStarts: Sendable {
    private let program: String
    /// At most one.
    private let spare = Mutex<SpareSupervisor?>(nil)

    /// How much longer than the last one the path of the next attempt's folder may be.
    private static let room = 256

    init(program: String) { self.program = program }

    var hasSpare: Bool { spare.withLock { $0 != nil } }

    /// Starts a supervisor for an attempt, or lets the one begin that waits.
    ///
    /// - Parameters:
    ///   - folder: The attempt folder, with everything in it.
    ///   - environment: Exactly that of the step.
    ///   - ended: Called once from some thread, when the supervisor is gone.
    func start(
        folder: String,
        environment: [String: String],
        ended: @escaping @Sendable () -> Void
    ) async throws(ExecutionError) -> SupervisorProcess {
        if let spare = spare.withLock({ $0.take() }) {
            let process = await ProcessStarts.perform {
                spare.take(folder: folder, environment: environment, ended: ended)
            }
            if let process { return process }
        }
        return try await SupervisorProcess.start(
            program: program,
            folder: folder,
            environment: environment,
            ended: ended
        )
    }

    /// Starts a supervisor for the next attempt, beside the present one; nobody waits for it.
    func prepare(after folder: String) {
        let room = folder.utf8.count + Self.room
        ProcessStarts.later { [self] in
            guard let made = SpareSupervisor.start(program: program, room: room) else { return }
            spare.withLock { $0 = made }
        }
    }
}
