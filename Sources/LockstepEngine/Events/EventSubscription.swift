package import LockstepModel
internal import LockstepStore

/// Events in order: first those that are there, then each as it is committed, by whatever process.
///
/// The reader pulls. Between two calls at most ``pageSize`` events are held, however slow the reader and however long the
/// log is; nothing is dropped, because the log itself is the buffer. Each iterator begins anew, and ends by returning nil
/// when its task is cancelled. Whoever keeps the last ``Event/sequence`` it has dealt with resumes after it.
package struct EventSubscription: AsyncSequence, Sendable {
    /// Which events a subscriber gets.
    package struct Filter: Sendable, Hashable {
        package var job: JobID?
        /// `job.failed`, `step.started`, …; all types when it is empty.
        package var types: [String]

        package init(job: JobID? = nil, types: [String] = []) {
            self.job = job
            self.types = types
        }
    }

    /// The most events that an iterator holds.
    package static let pageSize = 100
    /// How long a commit of another process may stay unseen; those of this process wake the reader.
    static let longestPause = Duration.milliseconds(250)

    let log: EventLog
    let selection: EventSelection
    let start: Int64

    package func makeAsyncIterator() -> Iterator {
        Iterator(log: log, selection: selection, position: start)
    }

    package struct Iterator: AsyncIteratorProtocol {
        private let log: EventLog
        private let selection: EventSelection
        private var position: Int64
        private var page: ArraySlice<Event> = []

        /// How many events wait to be read.
        var held: Int { page.count }

        init(log: EventLog, selection: EventSelection, position: Int64) {
            self.log = log
            self.selection = selection
            self.position = position
        }

        /// The next event; waits for it when there is none yet.
        ///
        /// - Returns: Nil when the task was cancelled.
        package mutating func next(
            isolation actor: isolated (any _Concurrency.Actor)? = #isolation
        ) async throws(JobError) -> Event? {
            while !Task.isCancelled {
                if let event = page.popFirst() { return event }
                let rings = log.commits.count
                do {
                    let found = try await log.page(selection, after: position, limit: pageSize)
                    page = found.events[...]
                    position = found.position
                } catch {
                    // A read that a cancellation broke off is no failure of the database.
                    if Task.isCancelled { return nil }
                    throw JobError(error)
                }
                if page.isEmpty { await log.commits.wait(after: rings, atMost: longestPause) }
            }
            return nil
        }
    }
}

extension JobService {
    /// The events of the actor's tenant after a sequence number, for ever; those of all tenants for the system's actors.
    ///
    /// Where the jobs of a tenant are private, only those of the actor's own jobs.
    ///
    /// - Parameter sequence: That of the last event that the subscriber has dealt with; 0 for the whole log.
    /// - Throws: `PERMISSION_DENIED`. Reading the sequence throws `STORAGE_ERROR` when the database cannot be read.
    package func subscribe(
        _ filter: EventSubscription.Filter = EventSubscription.Filter(),
        after sequence: Int64,
        as actor: Actor
    ) throws(JobError) -> EventSubscription {
        try actor.require(.subscribe)
        return EventSubscription(
            log: EventLog(context.store),
            selection: EventSelection(
                tenant: actor.kind == .system ? nil : actor.tenantID,
                job: filter.job,
                types: filter.types,
                owner: context.ownerOnly(actor, in: actor.tenantID)
            ),
            start: sequence
        )
    }
}
