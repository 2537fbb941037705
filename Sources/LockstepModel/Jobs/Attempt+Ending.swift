extension Attempt {
    /// How it ended, as the end of a sentence: `with exit code 7`, `by signal 9 (timed_out)`, `without a trace`; nil while it runs.
    package var ending: String? {
        guard endedAt != nil else { return nil }
        let how =
            switch (exitCode, signal) {
            case (let code?, _): "with exit code \(code)"
            case (nil, let signal?): "by signal \(signal)"
            case (nil, nil): state == .lost ? "without a trace" : "before the tool began"
            }
        return how + (reason.map { $0 == "exited" ? "" : " (\($0))" } ?? "")
    }
}
