import Glibc

/// Looks from time to time at what the step uses, and says when that is more than it may.
///
/// Quick steps end before the first look, and pay nothing.
struct ResourceWatch {
    private let order: LaunchOrder
    private let work: WorkUse
    /// The most memory that all processes were seen to use together.
    private(set) var peakMemory: Int64 = 0
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

    /// - Parameter process: The first process of the sandbox; all others of the step are below it.
    /// - Returns: Which limit is broken; nil when none is.
    mutating func look(below process: pid_t, at now: Int64) -> StopReason? {
        let memory = MemoryUse.bytes(below: process)
        peakMemory = max(peakMemory, memory)
        nextLook = now + (memory > order.memoryBytes / 2 ? Self.shortPause : Self.pause)
        if memory > order.memoryBytes { return .outOfMemory }
        guard now >= nextWalk else { return nil }
        var (bytes, files) = work.measure()
        bytes += RemovedFiles.bytes(of: MemoryUse.processes(below: process))
        let took = monotonicMilliseconds() - now
        nextWalk = now + max(Self.walkPause, took * Self.walkShare)
        return bytes > order.workBytes || files > order.workFiles ? .diskLimit : nil
    }
}
