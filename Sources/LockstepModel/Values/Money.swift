/// An amount of money, never below zero, as exact as it was written: `12.50` stays `12.50`.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The amount in units of 10 to the power of minus ``scale``.
    private let units: Int128
    /// How many digits stand behind the point, at most ``maximumScale``.
    private let scale: Int

    package static let zero = Money(units: 0, scale: 0)
    private static let maximumScale = 9
    private static let maximumDigits = 18

    private init(units: Int128, scale: Int) {
        self.units = units
        self.scale = scale
    }

    /// Nil unless the text is `digits` or `digits.digits`, at most 18 before the point and 9 behind it.
    package init?(parsing text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }),
            let whole = parts.first, whole.count <= Self.maximumDigits
        else { return nil }
        let fraction = parts.count > 1 ? Array(parts[1]) : []
        guard fraction.count <= Self.maximumScale else { return nil }
        units = (Array(whole) + fraction).reduce(into: Int128(0)) { $0 = $0 * 10 + Int128($1 - 0x30) }
        scale = fraction.count
    }

    package static func + (one: Money, other: Money) -> Money {
        let scale = max(one.scale, other.scale)
        return Money(units: one.units(at: scale) + other.units(at: scale), scale: scale)
    }

    package static func == (one: Money, other: Money) -> Bool {
        one.units(at: maximumScale) == other.units(at: maximumScale)
    }

    package static func < (one: Money, other: Money) -> Bool {
        one.units(at: maximumScale) < other.units(at: maximumScale)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(units(at: Self.maximumScale))
    }

    package var description: String {
        let digits = String(units)
        guard scale > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return "\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }

    private func units(at scale: Int) -> Int128 {
        (self.scale..<scale).reduce(units) { units, _ in units * 10 }
    }
}
