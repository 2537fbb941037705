package import LockstepModel

/// What a deliverer has done.
package struct WebhookReport: Sendable, Hashable {
    /// Events that were answered with 2xx.
    package var delivered = 0
    /// Tries that failed.
    package var failed = 0
    /// Webhooks that failed so often that nothing is sent to them any more.
    package var suspended: [WebhookID] = []

    package init() {}

    static func + (one: WebhookReport, other: WebhookReport) -> WebhookReport {
        var sum = one
        sum.delivered += other.delivered
        sum.failed += other.failed
        sum.suspended += other.suspended
        return sum
    }
}
