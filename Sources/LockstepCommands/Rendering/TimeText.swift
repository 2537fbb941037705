package import LockstepModel

/// Times as people read them.
package enum TimeText {
    /// How long something took: `0.4s`, `12.3s`, `4m 05s`, `2h 07m`, `3d 04h`; a negative time counts as none.
    package static func duration(seconds: Double) -> String {
        let tenths = Int64((max(0, seconds) * 10).rounded())
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
        let whole = tenths / 10
        if whole < 3600 { return "\(whole / 60)m \(twoDigits(whole % 60))s" }
        if whole < 86_400 { return "\(whole / 3600)h \(twoDigits(whole / 60 % 60))m" }
        return "\(whole / 86_400)d \(twoDigits(whole / 3600 % 24))h"
    }

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

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
