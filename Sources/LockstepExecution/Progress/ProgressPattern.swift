internal import LockstepModel

/// A tool's `progress: {pattern: …}`: reads from a line of output how far the tool is.
struct ProgressPattern {
    private let pattern: Pattern

    /// Nil for an expression that cannot be compiled; checking a tool file finds those.
    init?(_ source: String) {
        guard let pattern = try? Pattern(source) else { return nil }
        self.pattern = pattern
    }

    /// 0 to 100, from the group `percent`, or from `current` and `total`; nil when the line says nothing.
    func percent(in line: String) -> Int? {
        guard let match = (try? pattern.firstMatch(in: line)) ?? nil else { return nil }
        if let percent = match["percent"].flatMap(Double.init) { return clamped(percent) }
        guard let current = match["current"].flatMap(Double.init), let total = match["total"].flatMap(Double.init),
            total > 0
        else { return nil }
        return clamped(current / total * 100)
    }

    private func clamped(_ percent: Double) -> Int? {
        percent.isFinite ? Int(min(100, max(0, percent))) : nil
    }
}
