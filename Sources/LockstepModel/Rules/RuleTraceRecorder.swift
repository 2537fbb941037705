import LockstepJSON

/// Collects a trace while a rule is evaluated.
final class RuleTraceRecorder {
    /// The sub-rules that are being evaluated, outermost first; below what is left out there are no entries.
    private var open: [RuleTrace] = []
    private var finished: RuleTrace?
    private var left = RuleTrace.maximumCount
    /// Levels that are being evaluated without being recorded.
    private var unrecorded = 0

    func begin(_ node: RuleNode, item: Int?) {
        guard unrecorded == 0, left > 0, open.count < RuleTrace.maximumDepth else {
            unrecorded += 1
            if let last = open.indices.last { open[last].omitted += 1 }
            return
        }
        left -= 1
        open.append(Self.entry(for: node, item: item, outcome: .value(.null)))
    }

    func end(_ result: Result<JSONValue, RuleError>) {
        guard unrecorded == 0 else {
            unrecorded -= 1
            return
        }
        guard var entry = open.popLast() else { return }
        entry.outcome = Self.outcome(result)
        if let last = open.indices.last { open[last].children.append(entry) } else { finished = entry }
    }

    /// The whole trace; the root's outcome is that of the evaluation, whose result has limits of its own.
    func trace(of root: RuleNode, result: Result<JSONValue, RuleError>) -> RuleTrace {
        var trace = finished ?? Self.entry(for: root, item: nil, outcome: .value(.null))
        trace.outcome = Self.outcome(result)
        return trace
    }

    private static func entry(for node: RuleNode, item: Int?, outcome: RuleTrace.Outcome) -> RuleTrace {
        RuleTrace(
            pointer: node.pointer,
            operatorName: node.operatorName,
            rule: node.json,
            item: item,
            outcome: outcome,
            children: [],
            omitted: 0
        )
    }

    private static func outcome(_ result: Result<JSONValue, RuleError>) -> RuleTrace.Outcome {
        switch result {
        case .failure(let error): .failure(error)
        case .success(let value):
            value.isAtMost(RuleTrace.maximumBytes)
                ? .value(RuleEvaluator.withoutInfinity(value)) : .summary(value.outline)
        }
    }
}
