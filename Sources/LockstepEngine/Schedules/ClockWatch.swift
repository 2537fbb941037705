internal import Glibc
package import LockstepModel

/// What the clocks of the machine show at one moment.
package struct ClockReading: Sendable, Hashable {
    package var wall: Instant
    /// Milliseconds since the machine was started, its sleep included.
    package var sinceBoot: Int64
    /// The same without its sleep.
    package var awake: Int64

    package init(wall: Instant, sinceBoot: Int64, awake: Int64) {
        self.wall = wall
        self.sinceBoot = sinceBoot
        self.awake = awake
    }

    /// The machine's clocks now, beside a wall clock.
    package init(wall: Instant) {
        self.init(wall: wall, sinceBoot: Self.read(CLOCK_BOOTTIME), awake: Self.read(CLOCK_MONOTONIC))
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// Something that happened to time itself.
package enum ClockChange: Sendable, Hashable {
    /// The wall clock was set, by so many milliseconds; negative when it was set back.
    case set(by: Int64)
    /// The machine slept, so many milliseconds.
    case slept(Int64)

    /// For a log.
    package var words: String {
        switch self {
        case .set(let amount) where amount < 0: "the clock was set back by \(Self.words(-amount)); nothing fires twice"
        case .set(let amount):
            "the clock was set forward by \(Self.words(amount)); what was passed over follows catch_up"
        case .slept(let amount): "the machine slept for \(Self.words(amount)); what was due meanwhile follows catch_up"
        }
    }

    private static func words(_ milliseconds: Int64) -> String {
        DurationText.short(seconds: Double(milliseconds) / 1000)
    }
}

/// Notices by the difference between clocks that one was set, or that the machine slept.
package struct ClockWatch: Sendable {
    private var last: ClockReading

    /// Differences up to this are the steering of a time server.
    package static let tolerance: Int64 = 2000

    package init(_ first: ClockReading) {
        last = first
    }

    /// - Returns: What has happened since the last look.
    package mutating func look(_ reading: ClockReading) -> [ClockChange] {
        defer { last = reading }
        let sinceBoot = reading.sinceBoot - last.sinceBoot
        let slept = sinceBoot - (reading.awake - last.awake)
        let set = reading.wall.milliseconds - last.wall.milliseconds - sinceBoot
        return (slept > Self.tolerance ? [.slept(slept)] : []) + (abs(set) > Self.tolerance ? [.set(by: set)] : [])
    }
}
