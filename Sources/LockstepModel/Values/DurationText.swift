/// A length of time as definition files write it: `250ms`, `30s`, `5m`, `2h`, `1d`.
package struct DurationText: Sendable, Hashable, CustomStringConvertible {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    private static let units: [(suffix: String, factor: Int64)] = [
        ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ]

    /// Nil unless the text is a whole number followed by one unit and the result fits.
    package init?(parsing text: String) {
        guard let amount = AmountText.parse(text, units: Self.units) else { return nil }
        milliseconds = amount
    }

    package var seconds: Double { Double(milliseconds) / 1000 }

    /// The largest unit that loses nothing.
    package var description: String {
        for (suffix, factor) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds != 0 && milliseconds % factor == 0 {
            return "\(milliseconds / factor)\(suffix)"
        }
        return "\(milliseconds)ms"
    }

    /// How long something took: `0.4s`, `12.3s`, `4m 05s`, `2h 07m`, `3d 04h`; a negative time counts as none.
    package static func short(seconds: Double) -> String {
        let tenths = Int64((max(0, seconds) * 10).rounded())
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
        let whole = tenths / 10
        if whole < 3600 { return "\(whole / 60)m \(twoDigits(whole % 60))s" }
        if whole < 86_400 { return "\(whole / 3600)h \(twoDigits(whole / 60 % 60))m" }
        return "\(whole / 86_400)d \(twoDigits(whole / 3600 % 24))h"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
