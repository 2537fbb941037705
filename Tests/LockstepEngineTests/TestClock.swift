import LockstepModel
import Synchronization

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let milliseconds: Mutex<Int64>

    init(at milliseconds: Int64 = 1_700_000_000_000) {
        self.milliseconds = Mutex(milliseconds)
    }

    var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }

    func move(by amount: Int64) {
        milliseconds.withLock { $0 += amount }
    }
}
