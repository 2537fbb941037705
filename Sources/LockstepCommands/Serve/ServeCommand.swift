internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// `lockstep serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Works on the project until it is told to stop: fires schedules, and runs what waits for a worker.",
        discussion: """
            One service works on a project; a second one waits until the first is gone. TERM or Ctrl-C ends it: nothing more is \
            begun, and jobs that run get --drain to end. What is not over then stays alive, and the next service goes on with it.
            """
    )

    @Flag(name: .customLong("no-http"), help: "Without the HTTP API, which this version does not have yet.")
    var withoutHTTP = false

    @Option(help: "How many jobs run at the same time; otherwise as many as the machine has cores.")
    var workers: Int?

    @Option(help: ArgumentHelp("How long jobs that run get to end when it is told to stop.", valueName: "duration"))
    var drain = "30s"

    @OptionGroup var project: ProjectOptions

    func run() async throws {
        guard withoutHTTP else {
            throw CommandFailure(.usage, "This version serves no HTTP; start it as `lockstep serve --no-http`.")
        }
        guard let limit = DurationText(parsing: drain) else {
            throw CommandFailure(.usage, "--drain takes a duration such as 30s or 5m; it is \(drain.onOneLine).")
        }
        let slots = workers ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
        guard (1...1000).contains(slots) else {
            throw CommandFailure(.usage, "--workers must be 1 to 1000; it is \(slots).")
        }
        let open = try project.open()
        try open.actor.require(.serve)
        let log = ServiceLog()
        // Not before the lock is there: until then an ordinary signal ends the process, and nothing is half-done.
        let lock = try await ServiceLock.wait(for: open.workspace) {
            log.logger.info("another service works on this project; waiting until it is gone")
        }
        guard let lock else { return }
        defer { lock.release() }
        log.logger.info(
            "serving",
            metadata: ["project": "\(open.workspace.project.root)", "workers": "\(slots)", "pid": "\(getpid())"]
        )
        let workers = Workers(open.workspace, slots: slots, report: log.report)
        let logger = log.logger
        let service = WorkerService(workers, limit: .milliseconds(limit.milliseconds)) {
            logger.notice("jobs still run; they go on without this service, and the next one takes them over")
            // Their supervisors stay; the kernel gives the locks back.
            _exit(ExitStatus.completed.rawValue)
        }
        let scheduler = SchedulerService(Scheduler(open.workspace, onNews: log.reportNews))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: scheduler, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
        log.logger.info("stopped")
    }
}
