package import LockstepJSON

/// How a rule came to its value: each sub-rule that was evaluated, and what it gave.
package struct RuleTrace: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case value(JSONValue)
        /// What a value is that is too large for a trace: `a list of 2000 items`.
        case summary(String)
        case failure(RuleError)
    }

    /// Where the sub-rule stands in the rule.
    package let pointer: JSONPointer
    /// The operator as it was written; nil for a list or a plain value.
    package let operatorName: String?
    /// The sub-rule as it was written.
    package let rule: JSONValue
    /// The position of the item that it was evaluated for, inside `map` and its like.
    package let item: Int?
    package var outcome: Outcome
    /// In the order in which they were evaluated; literals are left out, and what was never evaluated is not there.
    package var children: [RuleTrace]
    /// How many evaluations below it were left out because the trace was full.
    package var omitted: Int

    /// Evaluations that a trace holds at most.
    package static let maximumCount = 1_000
    /// Levels of sub-rules that a trace holds at most, so that its JSON can be read again.
    package static let maximumDepth = 64
    /// Bytes of a value or a rule that it shows whole.
    package static let maximumBytes = 1_000
}

extension RuleTrace {
    /// The trace for `--output json`: `pointer`, `operator`, `rule`, `item`, `value` or `summary` or `error`, `children`, `omitted`.
    package var json: JSONValue {
        var object: JSONObject = ["pointer": .string(pointer.description)]
        object["operator"] = operatorName.map { .string($0) }
        object["rule"] = rule.isAtMost(Self.maximumBytes) ? rule : .string(rule.outline)
        object["item"] = item.map { .integer(Int64($0)) }
        switch outcome {
        case .value(let value): object["value"] = value
        case .summary(let summary): object["summary"] = .string(summary)
        case .failure(let error):
            object["error"] = ["code": .string(error.code.rawValue), "message": .string(error.message)]
        }
        if !children.isEmpty { object["children"] = .array(children.map(\.json)) }
        if omitted > 0 { object["omitted"] = .integer(Int64(omitted)) }
        return .object(object)
    }
}

extension Rule {
    /// Evaluates as ``value(in:limits:)`` does and keeps what each sub-rule gave, also up to where it failed.
    package func trace(in variables: [String: JSONValue], limits: RuleLimits = .standard) -> RuleTrace {
        let recorder = RuleTraceRecorder()
        var evaluator = RuleEvaluator(limits: limits, recorder: recorder)
        let result = Result { () throws(RuleError) in
            try evaluator.result(of: root, in: .variables(variables))
        }
        return recorder.trace(of: root, result: result)
    }
}

extension JSONValue {
    /// Whether names, texts and values together take no more than so many bytes; looks no further than that.
    func isAtMost(_ bytes: Int) -> Bool {
        var left = bytes
        return takes(from: &left, depth: 0)
    }

    private func takes(from left: inout Int, depth: Int) -> Bool {
        left -= 1
        switch self {
        case .null, .bool, .integer, .number: break
        case .string(let text): left -= text.utf8.count
        case .array(let items):
            guard depth < RuleTrace.maximumDepth else { return false }
            for item in items where !item.takes(from: &left, depth: depth + 1) { return false }
        case .object(let object):
            guard depth < RuleTrace.maximumDepth else { return false }
            for (name, value) in object {
                left -= name.utf8.count
                guard value.takes(from: &left, depth: depth + 1) else { return false }
            }
        }
        return left >= 0
    }

    /// What a large value is, without its content.
    var outline: String {
        switch self {
        case .string(let text): "a text of \(text.utf8.count) bytes"
        case .array(let items): "a list of \(items.count) items"
        case .object(let object): "an object of \(object.count) members"
        default: description
        }
    }
}
