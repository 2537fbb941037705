import Glibc

/// Looks from time to time at what the step uses, and says when that is more than it may.
///
/// Quick steps end before the first look, and pay nothing.
struct ResourceWatch {
    private let order: LaunchOrder
    private let work: WorkUse
    /// The most memory that all processes were seen to use together.
    private(set) var peakMemory: Int64 = 0
    /// The most processes and threads that were seen at one time.
    private(set) var peakTasks: Int64 = 0
    /// Milliseconds of the monotonic clock.
    private(set) var nextLook: Int64
    private var nextWalk: Int64

    private static let firstLook: Int64 = 50
    private static let firstWalk: Int64 = 300
    private static let pause: Int64 = 100
    /// Near the limit a quick eater must not get far.
    private static let shortPause: Int64 = 20
    private static let walkPause: Int64 = 1000
    /// Walking takes at most one part in so many of the time.
    private static let walkShare: Int64 = 20

    init(order: LaunchOrder, folder: Int32, start: Int64) {
        self.order = order
        work = WorkUse(folder: folder)
        nextLook = start + Self.firstLook
        nextWalk = start + Self.firstWalk
    }

    /// - Parameters:
    ///   - process: All processes of the step are below it.
    ///   - countsFirst: Whether it is one of them.
    /// - Returns: Which limit is broken; nil when none is.
    mutating func look(below process: pid_t, countsFirst: Bool, at now: Int64) -> StopReason? {
        let use = MemoryUse(below: process, countsFirst: countsFirst)
        peakMemory = max(peakMemory, use.bytes)
        peakTasks = max(peakTasks, use.tasks)
        nextLook = now + (use.bytes > order.memoryBytes / 2 ? Self.shortPause : Self.pause)
        if order.groups.limitMemory {
            if order.groups.hasRunOutOfMemory { return .outOfMemory }
        } else if use.bytes > order.memoryBytes {
            return .outOfMemory
        }
        if let limit = order.processes, use.tasks > limit { return .tooManyProcesses }
        guard now >= nextWalk else { return nil }
        var (bytes, files) = work.measure()
        bytes += RemovedFiles.bytes(of: use.processes)
        let took = monotonicMilliseconds() - now
        nextWalk = now + max(Self.walkPause, took * Self.walkShare)
        return bytes > order.workBytes || files > order.workFiles ? .diskLimit : nil
    }
}
