/// A 128-bit identifier that sorts by the time it was made: 48 bits of milliseconds, 80 random bits, Crockford base 32.
package struct ULID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    package init(at instant: Instant, using generator: inout some RandomNumberGenerator) {
        high = UInt64(clamping: instant.milliseconds) << 16 | UInt64.random(in: 0...0xFFFF, using: &generator)
        low = UInt64.random(in: 0...UInt64.max, using: &generator)
    }

    /// A new identifier that sorts after another one, whatever the clock says.
    package init(at instant: Instant, after last: ULID?, using generator: inout some RandomNumberGenerator) {
        let fresh = ULID(at: instant, using: &generator)
        guard let last, fresh.high >> 16 <= last.high >> 16 else {
            self = fresh
            return
        }
        let (sum, overflow) = last.low.addingReportingOverflow(UInt64.random(in: 1...0xFFFF_FFFF, using: &generator))
        high = last.high + (overflow ? 1 : 0)
        low = sum
    }

    /// The ten characters with which an identifier made at this moment begins; they sort as the moments do.
    package static func timePrefix(at instant: Instant) -> String {
        let time = UInt64(clamping: instant.milliseconds)
        return String(decoding: (0..<10).reversed().map { alphabet[Int(time >> (5 * $0) & 31)] }, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// 26 characters, the first of them 0 to 7.
    package var description: String {
        var text: [UInt8] = []
        var high = high
        var low = low
        for _ in 0..<26 {
            text.append(Self.alphabet[Int(low & 31)])
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: text.reversed(), as: UTF8.self)
    }
}
