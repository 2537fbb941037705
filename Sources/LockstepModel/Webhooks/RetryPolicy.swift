/// How long a webhook waits after a failure, and when it gives up.
///
/// The wait doubles with every failure in a row up to a limit. Between half of it and all of it is used, so that webhooks
/// that failed together do not come back together.
package struct RetryPolicy: Sendable, Hashable {
    /// Milliseconds after the first failure.
    package var first: Int64 = 1000
    /// The most milliseconds.
    package var longest: Int64 = 300_000
    /// After this many failures in a row the webhook is suspended.
    package var failureLimit = 15

    package init() {}

    /// Milliseconds until the next try.
    ///
    /// - Parameters:
    ///   - failures: How many tries in a row have failed, 1 or more.
    ///   - jitter: From 0 up to 1, drawn by the caller.
    package func delay(after failures: Int, jitter: Double) -> Int64 {
        // 2^30 seconds is beyond any limit, and shifts no bit out.
        let doubled = min(longest, first << Int64(min(max(failures, 1) - 1, 30)))
        return doubled / 2 + Int64(Double(doubled - doubled / 2) * min(max(jitter, 0), 1))
    }
}
