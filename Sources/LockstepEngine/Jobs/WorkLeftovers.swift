internal import LockstepExecution

/// The work folders of steps that have succeeded, which go when the job ends, or earlier when they take much room.
///
/// Not one by one after each step: ext4 looks at every inode that was freed in the last minutes before it makes a new one,
/// which cost more than a third of the time of a short step.
struct WorkLeftovers {
    /// Absolute path of the folder that the attempt folders are in.
    private let parent: String
    /// Attempt folders whose results may not be recorded yet.
    private var fresh: [(folder: String, bytes: Int64)] = []
    /// Attempt folders below the parent, each with a NUL behind it: a step over many items has as many of them.
    private var recordedFolders: [UInt8] = []
    private(set) var recordedBytes: Int64 = 0

    static let patience: Int64 = 256 << 20
    private static let end: UInt8 = 0

    init(in parent: String) { self.parent = parent }

    /// - Parameters:
    ///   - attemptFolder: Relative to the state folder; all are in the same.
    ///   - bytes: What the step's outputs take, which the asset store has now as well.
    mutating func add(_ attemptFolder: String, bytes: Int64) {
        let name = attemptFolder.utf8.lastIndex(of: UInt8(ascii: "/")).map { attemptFolder[$0...].dropFirst() }
        fresh.append((String(name ?? attemptFolder[...]), bytes))
    }

    /// To be called when everything so far is durable.
    mutating func recorded() async {
        for (folder, bytes) in fresh {
            recordedFolders += folder.utf8
            recordedFolders.append(Self.end)
            recordedBytes += bytes
        }
        fresh = []
        if recordedBytes > Self.patience { await discard() }
    }

    /// Removes what has been recorded.
    mutating func discard() async {
        for name in recordedFolders.split(separator: Self.end) {
            await FinishedAttempt.discardWork(in: "\(parent)/\(String(decoding: name, as: UTF8.self))")
        }
        recordedFolders = []
        recordedBytes = 0
    }

    /// Takes over what another one has recorded, whose parent is a folder in this one's.
    ///
    /// - Returns: How many folders these are.
    mutating func take(_ other: WorkLeftovers) -> Int {
        let name = other.parent.utf8.lastIndex(of: UInt8(ascii: "/")).map { other.parent[$0...].dropFirst() }
        let folders = other.recordedFolders.split(separator: Self.end)
        for folder in folders {
            recordedFolders += (name ?? other.parent[...]).utf8
            recordedFolders.append(UInt8(ascii: "/"))
            recordedFolders += folder
            recordedFolders.append(Self.end)
        }
        recordedBytes += other.recordedBytes
        return folders.count
    }
}
