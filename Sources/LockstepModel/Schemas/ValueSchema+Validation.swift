package import LockstepJSON

extension ValueSchema {
    /// Every way in which a value does not fit; empty when it does. At most 100.
    ///
    /// The work is bounded: where it is too much, the last violation says so.
    package func violations(in value: JSONValue) -> [SchemaViolation] {
        var checker = SchemaChecker(document: document, value: value)
        checker.check(value, against: node)
        return checker.violations + (checker.surrender.map { [$0] } ?? [])
    }

    /// Whether a value fits.
    package func accepts(_ value: JSONValue) -> Bool { verdict(on: value) == .fits }

    /// Whether a value is certain not to fit, which one that takes too much work to check is not.
    package func refuses(_ value: JSONValue) -> Bool { verdict(on: value) == .refused }

    private enum Verdict {
        case fits
        case refused
        case tooComplex
    }

    private func verdict(on value: JSONValue) -> Verdict {
        var checker = SchemaChecker(document: document, value: value)
        let fits = checker.fits(value, node)
        return checker.surrender != nil ? .tooComplex : fits ? .fits : .refused
    }
}
