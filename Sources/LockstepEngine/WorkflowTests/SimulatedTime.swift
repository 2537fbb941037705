internal import LockstepModel
internal import Synchronization

/// A clock that moves only when it is told to, so that nothing waits and every run sees the same times.
final class SimulatedTime: Sendable {
    private let milliseconds: Mutex<Int64>

    /// 2030-01-01T00:00:00Z, when every case begins.
    static let start = Instant(milliseconds: 1_893_456_000_000)

    init(at instant: Instant = SimulatedTime.start) {
        milliseconds = Mutex(instant.milliseconds)
    }

    var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }

    func pass(_ duration: DurationText) {
        milliseconds.withLock { $0 += duration.milliseconds }
    }
}
