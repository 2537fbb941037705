/// Amounts as definition files write them: a whole number followed by a unit.
enum AmountText {
    /// - Parameter units: Suffixes with their factors; of two that both fit, the longer one comes first.
    /// - Returns: Nil for anything else, and for an amount that does not fit 64 bits.
    static func parse(_ text: String, units: [(suffix: String, factor: Int64)]) -> Int64? {
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits) else {
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.factor)
        return overflow ? nil : product
    }
}
