import LockstepJSON

/// A number in a rule: whole numbers of 64 bits stay exact, and become a binary64 number only where they overflow.
enum RuleNumber {
    case whole(Int64)
    case real(Double)

    static let nan = RuleNumber.real(.nan)

    var double: Double {
        switch self {
        case .whole(let whole): Double(whole)
        case .real(let real): real
        }
    }

    /// The number as a value: without a fraction it is a whole number as far as a binary64 number is exact, so `4 / 2` is 2.
    ///
    /// May be infinity or NaN, which the evaluator replaces at the end.
    var json: JSONValue {
        switch self {
        case .whole(let whole): .integer(whole)
        case .real(let real):
            if abs(real) <= 0x1p53, let whole = Int64(exactly: real) { .integer(whole) } else { .number(real) }
        }
    }

    static func + (one: RuleNumber, other: RuleNumber) -> RuleNumber {
        exact(one, other) { $0.addingReportingOverflow($1) } ?? .real(one.double + other.double)
    }

    static func - (one: RuleNumber, other: RuleNumber) -> RuleNumber {
        exact(one, other) { $0.subtractingReportingOverflow($1) } ?? .real(one.double - other.double)
    }

    static func * (one: RuleNumber, other: RuleNumber) -> RuleNumber {
        exact(one, other) { $0.multipliedReportingOverflow(by: $1) } ?? .real(one.double * other.double)
    }

    /// Whole when it comes out even; division by 0 gives infinity or NaN.
    static func / (one: RuleNumber, other: RuleNumber) -> RuleNumber {
        if case .whole(let dividend) = one, case .whole(let divisor) = other, divisor != 0 {
            let (quotient, remainder) = dividend.quotientAndRemainderOrNil(dividingBy: divisor) ?? (0, 1)
            if remainder == 0 { return .whole(quotient) }
        }
        return .real(one.double / other.double)
    }

    /// The remainder has the sign of the dividend; NaN for the divisor 0.
    static func % (one: RuleNumber, other: RuleNumber) -> RuleNumber {
        if case .whole(let dividend) = one, case .whole(let divisor) = other, divisor != 0 {
            return .whole(divisor == -1 ? 0 : dividend % divisor)
        }
        return .real(one.double.truncatingRemainder(dividingBy: other.double))
    }

    private static func exact(
        _ one: RuleNumber,
        _ other: RuleNumber,
        _ operation: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
    ) -> RuleNumber? {
        guard case .whole(let left) = one, case .whole(let right) = other else { return nil }
        let (value, overflow) = operation(left, right)
        return overflow ? nil : .whole(value)
    }

    /// Compares exactly, also a whole number of 64 bits with a fraction; nil when either is NaN.
    static func order(_ one: RuleNumber, _ other: RuleNumber) -> RuleOrder? {
        switch (one, other) {
        case (.whole(let left), .whole(let right)): RuleOrder(left, right)
        case (.real(let left), .real(let right)): left.isNaN || right.isNaN ? nil : RuleOrder(left, right)
        case (.whole(let whole), .real(let real)): order(whole, real)
        case (.real(let real), .whole(let whole)): order(whole, real)?.reversed
        }
    }

    private static func order(_ whole: Int64, _ real: Double) -> RuleOrder? {
        if real.isNaN { return nil }
        if real >= 0x1p63 { return .less }
        if real < -0x1p63 { return .greater }
        let floor = real.rounded(.down)
        let order = RuleOrder(whole, Int64(floor))
        return order == .equal && real > floor ? .less : order
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderOrNil(dividingBy divisor: Int64) -> (Int64, Int64)? {
        let (quotient, overflow) = dividedReportingOverflow(by: divisor)
        return overflow ? nil : (quotient, self - quotient * divisor)
    }
}

/// How one value stands to another.
enum RuleOrder {
    case less
    case equal
    case greater

    init<Value: Comparable>(_ one: Value, _ other: Value) {
        self = one < other ? .less : one == other ? .equal : .greater
    }

    var reversed: RuleOrder {
        switch self {
        case .less: .greater
        case .equal: .equal
        case .greater: .less
        }
    }
}
