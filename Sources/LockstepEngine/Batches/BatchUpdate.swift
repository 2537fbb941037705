package import LockstepModel

/// What whoever drives a batch tells those who watch in the same process.
package enum BatchUpdate: Sendable {
    /// It begins, or goes on.
    case started(Batch, BatchCounts)
    /// The job of a row has a slot.
    case rowStarted(BatchRowNews, BatchCounts)
    /// It has got on: 0 to 100, and the last line its step wrote.
    case rowProgress(row: Int, percent: Int, liveOutput: String?)
    /// It could not go on, and waits again for a slot; without the problem when that was told before.
    case rowWaits(BatchRowNews, problem: String?, BatchCounts)
    /// It is over, or no job could be made of it.
    case rowEnded(BatchRowNews, BatchRowState, problem: String?, BatchCounts)
    case settled(Batch, BatchCounts)
}

/// Which row something is told of.
package struct BatchRowNews: Sendable, Hashable {
    /// From 1.
    package let row: Int
    package let name: String?
    /// Nil when there is none.
    package let jobID: JobID?

    package init(row: Int, name: String?, jobID: JobID?) {
        self.row = row
        self.name = name
        self.jobID = jobID
    }
}
