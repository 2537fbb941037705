internal import LockstepJSON
internal import LockstepModel

extension Attempt {
    /// What it took of what it was given; nil while nobody has measured it.
    var useSentence: String? {
        guard let wall = measured["wall_seconds"]?.doubleValue, let cpu = measured["cpu_seconds"]?.doubleValue,
            let memory = measured["peak_memory"]?.integerValue
        else { return nil }
        let limit = requested["limits"]?["memory"]?.integerValue.map { " of \(ByteCount($0))" } ?? ""
        let by = enforced["memory"]?.stringValue.map { " (kept by \($0))" } ?? ""
        var sentence =
            "It took \(DurationText.short(seconds: wall)), \(DurationText.short(seconds: cpu)) of processor time and "
            + "\(ByteCount(memory))\(limit) of memory\(by)"
        if let read = measured["read_bytes"]?.integerValue, let written = measured["written_bytes"]?.integerValue {
            sentence += ", read \(ByteCount(read)) and wrote \(ByteCount(written))"
        }
        return sentence + "."
    }

    /// How it was shut in, when that was less than it should be by default, or more.
    var sandboxSentence: String? {
        guard state != .running, measured != .null else { return nil }
        switch sandboxLevel {
        case .full: return nil
        case .fullWithCgroup: return "It ran in the full sandbox and a control group of its own."
        case .bestEffort:
            return "It ran in a part of the sandbox (best-effort); not enforced: "
                + notEnforced.joined(separator: ", ") + "."
        case .off: return "It ran without a sandbox (off); not enforced: " + notEnforced.joined(separator: ", ") + "."
        }
    }
}
