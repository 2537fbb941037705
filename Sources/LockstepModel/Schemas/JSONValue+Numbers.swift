package import LockstepJSON

extension JSONValue {
    var isNumber: Bool { doubleValue != nil }

    /// Whether this number is below another, exactly: 9007199254740993 is above 9007199254740992.0.
    package func isBelow(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left < right
        case (.number(let left), .number(let right)): left < right
        case (.integer(let left), .number(let right)): Self.compare(left, right) < 0
        case (.number(let left), .integer(let right)): Self.compare(right, left) > 0
        default: false
        }
    }

    /// Below 0 when the whole number is the smaller one, 0 when they are equal; `Double(whole)` would round.
    private static func compare(_ whole: Int64, _ number: Double) -> Int {
        if number >= 0x1p63 { return -1 }
        if number < -0x1p63 { return 1 }
        let floor = number.rounded(.down)
        let other = Int64(floor)
        return whole < other ? -1 : whole > other ? 1 : floor < number ? -1 : 0
    }

    /// Whether this is a whole number that does not fit 64 bits, such as 1e300.
    var isHugeWholeNumber: Bool {
        if case .number(let number) = self {
            number.isFinite && number.rounded() == number && Int64(exactly: number) == nil
        } else {
            false
        }
    }

    /// Whether a number is a whole multiple of another, as both are written in decimals: 0.0075 is one of 0.0001.
    ///
    /// Exact, with no rounding: both are m·10ᵉ, and the remainder is computed in whole numbers.
    func isMultiple(of divisor: JSONValue) -> Bool {
        guard let value = Decimal(self), let divisor = Decimal(divisor), divisor.digits > 0 else { return true }
        if value.digits == 0 { return true }
        let shift = value.exponent - divisor.exponent
        if shift >= 0 {
            let modulus = divisor.digits
            let power = Self.power(of: 10, shift, modulo: modulus)
            return Self.product(value.digits % modulus, power, modulo: modulus) == 0
        }
        var factor = divisor.digits
        for _ in 0..<(-shift) {
            let (product, overflow) = factor.multipliedReportingOverflow(by: 10)
            if overflow { return false }
            factor = product
        }
        return value.digits % factor == 0
    }

    private static func product(_ left: UInt64, _ right: UInt64, modulo modulus: UInt64) -> UInt64 {
        modulus.dividingFullWidth(left.multipliedFullWidth(by: right)).remainder
    }

    private static func power(of base: UInt64, _ exponent: Int, modulo modulus: UInt64) -> UInt64 {
        var result = 1 % modulus
        var square = base % modulus
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = product(result, square, modulo: modulus) }
            square = product(square, square, modulo: modulus)
            rest >>= 1
        }
        return result
    }
}

/// The magnitude of a number in decimals, digits · 10^exponent, as its shortest notation has it.
private struct Decimal {
    var digits: UInt64
    var exponent: Int

    init?(_ value: JSONValue) {
        switch value {
        case .integer(let whole): (digits, exponent) = (whole.magnitude, 0)
        case .number(let number):
            guard number.isFinite else { return nil }
            (digits, exponent) = (0, 0)
            let parts = number.magnitude.description.split(separator: "e")
            var isFraction = false
            for byte in parts.first?.utf8 ?? Substring().utf8 {
                guard (0x30...0x39).contains(byte) else {
                    isFraction = true
                    continue
                }
                digits = digits &* 10 &+ UInt64(byte - 0x30)  // 17 digits at most
                if isFraction { exponent -= 1 }
            }
            if parts.count > 1 { exponent += Int(parts[1]) ?? 0 }
            while digits > 0, digits % 10 == 0 {
                digits /= 10
                exponent += 1
            }
        default: return nil
        }
    }
}
