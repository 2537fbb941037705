package import LockstepJSON

/// One try to deliver one event: a row of a webhook's own log.
package struct WebhookDelivery: Sendable, Hashable {
    package var webhookID: WebhookID
    /// Of the event.
    package var sequence: Int64
    /// 1 for the first try of this event.
    package var tryNumber: Int
    package var at: Instant
    /// What the receiver answered; nil when it gave no answer.
    package var httpStatus: Int?
    /// Why the try failed; nil when it succeeded or has not ended.
    package var error: String?
    /// Nil while the try goes on, and for ever when its process died meanwhile.
    package var milliseconds: Int64?

    package init(
        webhookID: WebhookID,
        sequence: Int64,
        tryNumber: Int,
        at: Instant,
        httpStatus: Int? = nil,
        error: String? = nil,
        milliseconds: Int64? = nil
    ) {
        self.webhookID = webhookID
        self.sequence = sequence
        self.tryNumber = tryNumber
        self.at = at
        self.httpStatus = httpStatus
        self.error = error
        self.milliseconds = milliseconds
    }

    package var json: JSONValue {
        var object: JSONObject = ["webhook_id": .string(webhookID.rawValue), "sequence": .integer(sequence)]
        object["try"] = .integer(Int64(tryNumber))
        object["at"] = at.json
        object["http_status"] = httpStatus.map { .integer(Int64($0)) } ?? .null
        object["error"] = error.map { .string($0) } ?? .null
        object["duration_ms"] = milliseconds.map { .integer($0) } ?? .null
        return .object(object)
    }
}
