package import LockstepJSON

package enum WebhookNoun: IdentifierNoun { package static let prefix = "hook_" }
package typealias WebhookID = Identifier<WebhookNoun>

/// A place that a tenant's events are sent to, and how far it has got.
package struct Webhook: Sendable, Hashable {
    /// Why nothing is sent any more until somebody resumes it.
    package struct Suspension: Sendable, Hashable {
        package var at: Instant
        package var reason: String

        package init(at: Instant, reason: String) {
            self.at = at
            self.reason = reason
        }
    }

    package var id: WebhookID
    package var tenantID: String
    /// http or https, without user information.
    package var url: String
    /// `job.failed`, `step.finished`, …; all types when it is empty.
    package var eventTypes: [String]
    package var createdAt: Instant
    package var createdBy: String
    /// Every event up to this sequence number was answered with 2xx, or is none that the webhook wants; it only grows.
    package var deliveredSequence: Int64
    /// Tries that failed since the last one that succeeded.
    package var failureCount: Int
    package var nextTryAt: Instant
    package var suspension: Suspension?

    package init(
        id: WebhookID,
        tenantID: String,
        url: String,
        eventTypes: [String],
        createdAt: Instant,
        createdBy: String,
        deliveredSequence: Int64,
        failureCount: Int = 0,
        nextTryAt: Instant,
        suspension: Suspension? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.url = url
        self.eventTypes = eventTypes
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.deliveredSequence = deliveredSequence
        self.failureCount = failureCount
        self.nextTryAt = nextTryAt
        self.suspension = suspension
    }

    package var json: JSONValue {
        var object: JSONObject = ["webhook_id": .string(id.rawValue), "url": .string(url)]
        object["event_types"] = .array(eventTypes.map { .string($0) })
        object["tenant_id"] = .string(tenantID)
        object["created_at"] = createdAt.json
        object["created_by"] = .string(createdBy)
        object["delivered_sequence"] = .integer(deliveredSequence)
        object["failure_count"] = .integer(Int64(failureCount))
        object["next_try_at"] = nextTryAt.json
        object["suspended_at"] = suspension?.at.json ?? .null
        object["suspend_reason"] = suspension.map { .string($0.reason) } ?? .null
        return .object(object)
    }
}
