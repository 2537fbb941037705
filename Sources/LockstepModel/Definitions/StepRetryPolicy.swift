/// When a failed step is tried again, and after what time: a step's `retry:` (formats document, "Workflow").
///
/// Without jitter the wait is `backoff` times `factor` to the number of failures before, up to `max_backoff`. Jitter takes off
/// up to its share; how much follows from the job, the step and the number, so whoever computes it again gets the same.
package struct StepRetryPolicy: Sendable, Hashable {
    /// `max_attempts`: how often the step is tried in one run of the job, the first time included.
    package var maxAttempts: Int
    /// `backoff`: the wait after the first failure.
    package var backoff: DurationText
    /// `factor`: how many times longer each further wait is.
    package var factor: Double
    /// `max_backoff`: the longest wait.
    package var maxBackoff: DurationText
    /// `jitter`: the largest share of a wait that is taken off, from 0 to 1.
    package var jitter: Double
    /// `on_exit_codes`: the only exit codes that are tried again; nil means every failure of the tool.
    package var exitCodes: Set<Int32>?

    package static let attemptRange: ClosedRange<Int64> = 1...100
    package static let factorRange: ClosedRange<Double> = 1...100
    package static let longestBackoff = DurationText(milliseconds: 86_400_000)

    package init(
        maxAttempts: Int = 3,
        backoff: DurationText = DurationText(milliseconds: 1000),
        factor: Double = 2,
        maxBackoff: DurationText = DurationText(milliseconds: 60_000),
        jitter: Double = 0,
        exitCodes: Set<Int32>? = nil
    ) {
        self.maxAttempts = maxAttempts
        self.backoff = backoff
        self.factor = factor
        self.maxBackoff = maxBackoff
        self.jitter = jitter
        self.exitCodes = exitCodes
    }

    /// How long to wait after a failure.
    ///
    /// - Parameters:
    ///   - failures: How many attempts of this run have failed or were lost, 1 or more.
    ///   - seed: What the jitter is drawn from; the same seed gives the same wait.
    package func delay(after failures: Int, seed: String) -> DurationText {
        let longest = Double(maxBackoff.milliseconds)
        var wait = min(longest, Double(backoff.milliseconds))
        var left = max(0, failures - 1)
        while left > 0, wait < longest, factor > 1 {
            wait = min(longest, wait * factor)
            left -= 1
        }
        wait -= wait * min(max(jitter, 0), 1) * Self.fraction(of: "\(seed)/\(failures)")
        return DurationText(milliseconds: max(0, Int64(wait)))
    }

    /// Whether a tool that ended like this is tried again, as long as there are attempts left.
    ///
    /// - Parameter exitCode: Nil when the tool did not end by itself; a signal counts as 128 and its number, as shells say it.
    package func covers(exitCode: Int32?) -> Bool {
        guard let exitCodes else { return true }
        return exitCode.map(exitCodes.contains) ?? false
    }

    /// From 0 up to 1, evenly spread over texts: FNV-1a over the bytes, then mixed so that short texts differ in all bits.
    private static func fraction(of text: String) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return Double(hash >> 11) / Double(UInt64(1) << 53)
    }
}
