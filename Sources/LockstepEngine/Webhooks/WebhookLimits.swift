/// How long each part of a delivery may take.
package struct WebhookLimits: Sendable, Hashable {
    package var connect = Duration.seconds(5)
    /// From the beginning to the head of the answer, the connecting included.
    package var response = Duration.seconds(15)
    /// For the body of an answer, which nobody looks at.
    package var body = Duration.seconds(2)
    /// Milliseconds after which a sender that says nothing counts as dead; longer than all of the above together.
    package var claim: Int64 = 60_000
    /// To how many webhooks one process sends at the same time.
    package var concurrency = 8

    package init() {}
}
