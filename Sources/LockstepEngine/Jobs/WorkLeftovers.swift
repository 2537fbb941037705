internal import LockstepExecution

/// The work folders of steps that have succeeded, which go when the job ends, or earlier when they take much room.
///
/// Not one by one after each step: ext4 looks at every inode that was freed in the last minutes before it makes a new one,
/// which cost more than a third of the time of a short step.
struct WorkLeftovers {
    /// Attempt folders whose results may not be recorded yet.
    private var fresh: [(folder: String, bytes: Int64)] = []
    private var recordedFolders: [String] = []
    private var recordedBytes: Int64 = 0

    private static let patience: Int64 = 256 << 20

    /// - Parameter bytes: What the step's outputs take, which the asset store has now as well.
    mutating func add(_ attemptFolder: String, bytes: Int64) {
        fresh.append((attemptFolder, bytes))
    }

    /// To be called when everything so far is durable.
    mutating func recorded() async {
        recordedFolders += fresh.map(\.folder)
        recordedBytes += fresh.reduce(0) { $0 + $1.bytes }
        fresh = []
        if recordedBytes > Self.patience { await discard() }
    }

    /// Removes what has been recorded.
    mutating func discard() async {
        for folder in recordedFolders { await FinishedAttempt.discardWork(in: folder) }
        recordedFolders = []
        recordedBytes = 0
    }
}
