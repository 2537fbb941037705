package import LockstepModel

/// Times as people read them.
package enum TimeText {
    /// How long ago something was: `now`, `12s ago`, `5m ago`, `3h ago`, `2d ago`; a date after four weeks.
    package static func age(of instant: Instant, at now: Instant) -> String {
        let seconds = Int64(now.seconds(since: instant))
        switch seconds {
        case ..<2: return "now"
        case ..<60: return "\(seconds)s ago"
        case ..<3600: return "\(seconds / 60)m ago"
        case ..<86_400: return "\(seconds / 3600)h ago"
        case ..<(28 * 86_400): return "\(seconds / 86_400)d ago"
        default: return String(instant.description.prefix(10))
        }
    }
}
