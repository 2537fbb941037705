internal import LockstepJSON
internal import LockstepModel

extension DefinitionDecoder {
    /// Reads a step's `retry`; nil when there is none.
    mutating func retryPolicy(in members: Members) -> StepRetryPolicy? {
        let known = ["max_attempts", "backoff", "factor", "max_backoff", "jitter", "on_exit_codes"]
        guard let value = members["retry"],
            let entry = self.members(value, "`retry`", known: known, at: members.place("retry"))
        else { return nil }
        require("max_attempts", in: entry, "`retry`")
        var policy = StepRetryPolicy()
        policy.maxAttempts = count("max_attempts", in: entry, StepRetryPolicy.attemptRange) ?? policy.maxAttempts
        policy.backoff = wait("backoff", in: entry) ?? policy.backoff
        policy.factor = number("factor", in: entry, StepRetryPolicy.factorRange) ?? policy.factor
        // A first wait above the standard limit is meant as it is written.
        policy.maxBackoff =
            wait("max_backoff", in: entry)
            ?? (policy.backoff.milliseconds > policy.maxBackoff.milliseconds ? policy.backoff : policy.maxBackoff)
        policy.jitter = number("jitter", in: entry, 0...1) ?? policy.jitter
        policy.exitCodes = retriedExitCodes(in: entry)
        if entry["max_backoff"] != nil, policy.maxBackoff.milliseconds < policy.backoff.milliseconds {
            note(
                entry.place("max_backoff"),
                "`max_backoff` is \(policy.maxBackoff), less than the first wait, which is \(policy.backoff)"
            )
        }
        return policy
    }

    private mutating func wait(_ name: String, in members: Members) -> DurationText? {
        guard let duration = duration(name, in: members) else { return nil }
        let longest = StepRetryPolicy.longestBackoff
        if duration.milliseconds > longest.milliseconds {
            note(members.place(name), "`\(name)` must be at most \(longest); it is \(duration)")
            return nil
        }
        return duration
    }

    private mutating func number(_ name: String, in members: Members, _ range: ClosedRange<Double>) -> Double? {
        guard let value = members[name] else { return nil }
        guard let number = value.doubleValue, range.contains(number) else {
            let limits = "from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
            note(members.place(name), "`\(name)` must be a number \(limits); it is \(value.shown)")
            return nil
        }
        return number
    }

    private mutating func retriedExitCodes(in members: Members) -> Set<Int32>? {
        guard members["on_exit_codes"] != nil else { return nil }
        var codes: Set<Int32> = []
        for (item, place) in list("on_exit_codes", in: members) {
            if let code = item.integerValue, (1...255).contains(code) {
                codes.insert(Int32(code))
            } else {
                note(place, "an exit code that means failure is a whole number from 1 to 255; it is \(item.shown)")
            }
        }
        if members["on_exit_codes"]?.arrayValue?.isEmpty == true {
            note(
                members.place("on_exit_codes"),
                "no exit code would be tried again; name at least one, or leave `on_exit_codes` out to try all again"
            )
        }
        return codes
    }
}
