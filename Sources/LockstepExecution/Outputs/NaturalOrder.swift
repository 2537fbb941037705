/// The order in which people count: `page2` before `page10`.
enum NaturalOrder {
    /// Compares names as bytes, but runs of digits by their number; equal numbers of different lengths by length.
    static func precedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        var (left, right) = (one[...], other[...])
        while let a = left.first, let b = right.first {
            if isDigit(a), isDigit(b) {
                let (first, second) = (number(&left), number(&right))
                if first.count != second.count { return first.count < second.count }
                if first != second { return first.lexicographicallyPrecedes(second) }
            } else {
                if a != b { return a < b }
                left.removeFirst()
                right.removeFirst()
            }
        }
        if left.isEmpty && right.isEmpty {
            return one.count != other.count ? one.count < other.count : lessBytes(one, other)
        }
        return left.isEmpty
    }

    private static func lessBytes(_ one: [UInt8], _ other: [UInt8]) -> Bool { one.lexicographicallyPrecedes(other) }

    /// Takes a run of digits off the front; the result has no leading zeros.
    private static func number(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = text.prefix(while: isDigit)
        text = text.dropFirst(digits.count)
        return digits.drop { $0 == UInt8(ascii: "0") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
