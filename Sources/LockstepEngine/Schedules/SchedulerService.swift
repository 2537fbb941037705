internal import LockstepExecution
internal import ServiceLifecycle

/// The scheduler as a part of the service; told to stop it ends after the tick that it is at.
package struct SchedulerService: Service {
    private let scheduler: Scheduler

    package init(_ scheduler: Scheduler) {
        self.scheduler = scheduler
    }

    package func run() async throws {
        let (scheduler, stop) = (scheduler, StopSignal())
        await withGracefulShutdownHandler {
            await scheduler.run(until: stop)
        } onGracefulShutdown: {
            stop.stop()
        }
    }
}
