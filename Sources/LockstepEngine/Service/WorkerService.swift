internal import LockstepModel
internal import ServiceLifecycle

/// The workers as a part of the service.
///
/// Told to stop it begins nothing more and waits for what runs; what is not over when the limit is stays alive without it, and
/// whoever serves the project next goes on with it.
package struct WorkerService: Service {
    private let workers: Workers
    private let limit: Duration
    private let handOver: @Sendable () -> Void

    /// - Parameters:
    ///   - limit: How long it waits for jobs that run.
    ///   - handOver: Called when the limit is over and jobs still run; ends the process.
    package init(_ workers: Workers, limit: Duration, handOver: @escaping @Sendable () -> Void) {
        self.workers = workers
        self.limit = limit
        self.handOver = handOver
    }

    package func run() async throws {
        let (workers, limit, handOver) = (workers, limit, handOver)
        try await withGracefulShutdownHandler {
            try await workers.run()
        } onGracefulShutdown: {
            workers.drain()
            Task {
                try? await Task.sleep(for: limit)
                handOver()
            }
        }
    }
}
