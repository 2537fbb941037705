internal import LockstepEngine
internal import LockstepModel
internal import Logging

/// What the service tells on standard error: one line an event, with the time.
struct ServiceLog: Sendable {
    let logger: Logger

    init() {
        var logger = Logger(label: "lockstep", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .info
        self.logger = logger
    }

    /// Passes on what workers report.
    var report: @Sendable (WorkerNews) -> Void {
        let logger = logger
        return { news in
            switch news {
            case .started(let id): logger.info("job started", metadata: ["job": "\(id)"])
            case .ended(let job):
                logger.info("job ended", metadata: ["job": "\(job.id)", "state": "\(job.state.rawValue)"])
            case .refused(let id, let error):
                logger.warning("job not started", metadata: ["job": "\(id)", "reason": "\(error.message.onOneLine)"])
            case .resumed(let count): logger.info("batches gone on with", metadata: ["batches": "\(count)"])
            case .batch(let id, let update): Self.log(update, of: id, logger)
            case .trouble(let lane, let error):
                logger.error("cannot go on", metadata: ["with": "\(lane)", "reason": "\(error.message.onOneLine)"])
            }
        }
    }

    /// Passes on what the scheduler tells.
    var reportNews: @Sendable (SchedulerNews) -> Void {
        let logger = logger
        return { news in
            switch news {
            case .tick: logger.info("schedules looked at", metadata: ["what": "\(news.words.onOneLine)"])
            case .clock: logger.notice("the clock has changed", metadata: ["how": "\(news.words.onOneLine)"])
            case .conflict, .failure: logger.error("\(news.words.onOneLine)")
            }
        }
    }

    private static func log(_ update: BatchUpdate, of id: BatchID, _ logger: Logger) {
        switch update {
        case .started(let batch, let counts):
            logger.info(
                "batch started",
                metadata: ["batch": "\(id)", "rows": "\(batch.total)", "done": "\(counts.done)"]
            )
        case .rowEnded(let news, let state, let problem, _) where state == .failed || state == .refused:
            logger.warning(
                "row \(state.rawValue)",
                metadata: ["batch": "\(id)", "row": "\(news.row)", "reason": "\((problem ?? "").onOneLine)"]
            )
        case .settled(let batch, let counts):
            logger.info(
                "batch ended",
                metadata: ["batch": "\(id)", "state": "\(batch.state.rawValue)", "done": "\(counts.done)"]
            )
        case .rowWaits(let news, let problem?, _):
            logger.warning(
                "row waits",
                metadata: ["batch": "\(id)", "row": "\(news.row)", "reason": "\(problem.onOneLine)"]
            )
        case .rowStarted, .rowProgress, .rowWaits, .rowEnded: break
        }
    }
}
