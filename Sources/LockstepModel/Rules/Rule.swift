package import LockstepJSON

/// A JSONLogic rule that was read and checked.
///
/// Reading is in `Rule+Decoding.swift`, evaluation in `RuleEvaluator.swift`. The same rule over the same values always gives the same
/// result: it reads no clock, no file, no random number, and ends within ``RuleLimits``.
package struct Rule: Sendable {
    /// The rule as it was written.
    package let json: JSONValue
    let root: RuleNode

    init(root: RuleNode) {
        json = root.json
        self.root = root
    }

    /// Nesting that a rule may have, in levels of JSON.
    package static let maximumDepth = 128
    /// Values that a rule may consist of, rules, names and literals alike.
    package static let maximumSize = 100_000

    /// Evaluates over variables by name.
    ///
    /// - Returns: A value without infinity or NaN (null instead), at most ``JSONValue/maximumDepth`` levels deep.
    /// - Throws: ``RuleError`` when a limit is passed, and for no other reason.
    package func value(
        in variables: [String: JSONValue],
        limits: RuleLimits = .standard
    ) throws(RuleError) -> JSONValue {
        var evaluator = RuleEvaluator(limits: limits)
        return try evaluator.result(of: root, in: .variables(variables))
    }

    /// Evaluates over one value of any kind, which `{"var": ""}` then is.
    package func value(inData data: JSONValue, limits: RuleLimits = .standard) throws(RuleError) -> JSONValue {
        var evaluator = RuleEvaluator(limits: limits)
        return try evaluator.result(of: root, in: .value(data))
    }
}

extension Rule: Hashable {
    package static func == (one: Rule, other: Rule) -> Bool { one.json == other.json }

    package func hash(into hasher: inout Hasher) { hasher.combine(json) }
}
