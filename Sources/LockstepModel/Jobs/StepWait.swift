package import LockstepJSON

/// A step that failed and waits for its next attempt.
package struct StepWait: Sendable, Hashable {
    /// Which attempt of the run comes next, from 2.
    package var attempt: Int
    /// How many there may be in the run.
    package var of: Int
    /// How long the wait was when it began; no later runner waits longer, whatever its clock says.
    package var delay: DurationText
    /// When the next attempt is due.
    package var until: Instant

    package init(attempt: Int, of: Int, delay: DurationText, until: Instant) {
        self.attempt = attempt
        self.of = of
        self.delay = delay
        self.until = until
    }

    /// What is left of the wait at an instant: never below zero, and never more than all of it.
    package func rest(at now: Instant) -> DurationText {
        DurationText(milliseconds: min(delay.milliseconds, max(0, until.milliseconds - now.milliseconds)))
    }

    /// `waits 4.0s before attempt 3 of 5`.
    package func sentence(at now: Instant) -> String {
        "waits \(DurationText.short(seconds: rest(at: now).seconds)) before attempt \(attempt) of \(of)"
    }

    package var json: JSONValue {
        [
            "attempt": .integer(Int64(attempt)), "of": .integer(Int64(of)), "delay_ms": .integer(delay.milliseconds),
            "until": until.json,
        ]
    }

    /// Reads ``json`` back.
    package init?(json: JSONValue) {
        guard let attempt = json["attempt"]?.integerValue, let of = json["of"]?.integerValue,
            let delay = json["delay_ms"]?.integerValue,
            let until = json["until"]?.stringValue.flatMap({ Instant(parsing: $0) })
        else { return nil }
        self.init(
            attempt: Int(attempt),
            of: Int(of),
            delay: DurationText(milliseconds: delay),
            until: until
        )
    }
}
