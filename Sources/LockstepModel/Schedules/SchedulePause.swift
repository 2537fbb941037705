package import LockstepJSON

/// A time during which somebody had paused a schedule.
package struct SchedulePause: Sendable, Hashable {
    package var from: Instant
    /// Nil while it lasts; not part of the pause.
    package var to: Instant?

    package init(from: Instant, to: Instant? = nil) {
        self.from = from
        self.to = to
    }

    package func contains(_ instant: Instant) -> Bool {
        instant >= from && to.map { instant < $0 } ?? true
    }

    package var json: JSONValue { ["from": from.json, "to": to?.json ?? .null] }

    /// Reads ``json`` back.
    package init?(json: JSONValue) {
        guard let from = json["from"]?.stringValue.flatMap({ Instant(parsing: $0) }) else { return nil }
        self.init(from: from, to: json["to"]?.stringValue.flatMap { Instant(parsing: $0) })
    }
}
