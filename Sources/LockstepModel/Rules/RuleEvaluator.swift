import LockstepJSON

/// One evaluation of a rule: counts its steps, and keeps a trace when there is somebody who wants one.
///
/// Infinity and NaN are carried through as numbers, so that `1 / 0 > 5` is true, and become null at the end. A value can only get
/// deeper in a `reduce`, which puts what it made into what it makes next; it looks at the depth now and then.
struct RuleEvaluator {
    let limits: RuleLimits
    private var steps: Int
    private var hasInfinity = false
    var recorder: RuleTraceRecorder?

    init(limits: RuleLimits, recorder: RuleTraceRecorder? = nil) {
        self.limits = limits
        self.recorder = recorder
        steps = limits.steps
    }

    /// Evaluates a whole rule.
    mutating func result(of root: RuleNode, in scope: RuleScope) throws(RuleError) -> JSONValue {
        let value = try value(of: root, in: scope)
        var left = limits.bytes
        guard try measure(value, left: &left, depth: 0, at: root) else { throw .resultTooLarge(limits) }
        return hasInfinity ? Self.withoutInfinity(value) : value
    }

    /// Evaluates a sub-rule.
    ///
    /// - Parameter item: The position of the item that the scope is, for the trace.
    mutating func value(
        of node: RuleNode,
        in scope: RuleScope,
        item: Int? = nil
    ) throws(RuleError) -> JSONValue {
        try charge(1, at: node)
        if let value = node.constant { return value }
        guard let recorder else { return try evaluate(node, in: scope) }
        recorder.begin(node, item: item)
        do throws(RuleError) {
            let value = try evaluate(node, in: scope)
            recorder.end(.success(value))
            return value
        } catch {
            recorder.end(.failure(error))
            throw error
        }
    }

    private mutating func evaluate(_ node: RuleNode, in scope: RuleScope) throws(RuleError) -> JSONValue {
        switch node.form {
        case .constant(let value): return value
        case .list(let nodes): return .array(try values(of: nodes, in: scope))
        case .variable(let path, let fallback): return try lookUp(path, or: fallback, in: scope, at: node)
        case .operation(let name, let arguments):
            switch name {
            case .condition, .ternary: return try condition(arguments, in: scope)
            case .and, .or: return try firstDecisive(arguments, isAnd: name == .and, in: scope)
            case .map, .filter, .all, .none, .some:
                return try goThrough(name, arguments[0], arguments[1], in: scope, at: node)
            case .reduce: return try reduce(arguments, in: scope, at: node)
            case .variable:
                let path = try path(try value(of: arguments[0], in: scope), at: node)
                return try lookUp(path, or: arguments.count > 1 ? arguments[1] : nil, in: scope, at: node)
            case .missing: return try missing(arguments, in: scope, at: node)
            case .missingSome: return try missingSome(arguments, in: scope, at: node)
            case .equal, .notEqual, .strictEqual, .strictNotEqual, .contains, .not, .truth, .greater, .greaterOrEqual,
                .less, .lessOrEqual:
                return .bool(try decide(name, arguments, in: scope, at: node))
            case .add, .subtract, .multiply, .divide, .remainder, .max, .min:
                return try compute(name, arguments, in: scope, at: node)
            case .cat: return .string(try concatenation(arguments, in: scope, at: node))
            case .substring: return .string(try substring(try values(of: arguments, in: scope), at: node))
            case .merge: return .array(try merged(try values(of: arguments, in: scope), at: node))
            case .log: return try value(of: arguments[0], in: scope)
            }
        }
    }

    /// Evaluates all, one after the other.
    mutating func values(of nodes: [RuleNode], in scope: RuleScope) throws(RuleError) -> [JSONValue] {
        var values: [JSONValue] = []
        values.reserveCapacity(nodes.count)
        for node in nodes { values.append(try value(of: node, in: scope)) }
        return values
    }

    /// The path that a value stands for; takes a step for every byte, because each could be a dot.
    mutating func path(_ value: JSONValue, at node: RuleNode) throws(RuleError) -> RulePath {
        let text = try text(of: value, nullAs: "", at: node)
        try charge(text.utf8.count, at: node)
        return RulePath(text)
    }

    private mutating func lookUp(
        _ path: RulePath,
        or fallback: RuleNode?,
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> JSONValue {
        if case .variables(let variables) = scope, path.steps.isEmpty { try charge(variables.count, at: node) }
        try charge(path.steps.count &+ path.text.utf8.count / 16, at: node)
        if let value = scope.value(at: path) { return value }
        guard let fallback else { return .null }
        return try value(of: fallback, in: scope)
    }

    /// Pairs of a condition and a value, and at the end what holds when no condition does.
    private mutating func condition(_ nodes: [RuleNode], in scope: RuleScope) throws(RuleError) -> JSONValue {
        var at = 0
        while at + 1 < nodes.count {
            if try value(of: nodes[at], in: scope).isTruthy { return try value(of: nodes[at + 1], in: scope) }
            at += 2
        }
        return at < nodes.count ? try value(of: nodes[at], in: scope) : .null
    }

    /// The first value that is false (`and`) or true (`or`), or the last one.
    private mutating func firstDecisive(
        _ nodes: [RuleNode],
        isAnd: Bool,
        in scope: RuleScope
    ) throws(RuleError) -> JSONValue {
        var last = JSONValue.null
        for node in nodes {
            last = try value(of: node, in: scope)
            if last.isTruthy != isAnd { break }
        }
        return last
    }

    /// Takes steps off; every loop over something that a rule or its data make long goes through here.
    mutating func charge(_ amount: Int, at node: RuleNode) throws(RuleError) {
        steps &-= amount
        if steps < 0 { throw .tooManySteps(limits, at: node.pointer) }
    }

    /// Remembers that a number is infinite or NaN, so that the result is searched for it.
    mutating func noting(_ number: RuleNumber) -> JSONValue {
        if case .real(let real) = number, !real.isFinite { hasInfinity = true }
        return number.json
    }

    /// Adds up a value's size, names and texts in bytes and one for each value.
    ///
    /// - Parameter left: The bytes that there may still be.
    /// - Returns: Whether they were enough.
    mutating func measure(
        _ value: JSONValue,
        left: inout Int,
        depth: Int,
        at node: RuleNode
    ) throws(RuleError) -> Bool {
        left -= 1
        switch value {
        case .null, .bool, .integer, .number: break
        case .string(let text): left -= text.utf8.count
        case .array(let items):
            if depth == JSONValue.maximumDepth { throw .nestedTooDeep(at: node.pointer) }
            try charge(items.count, at: node)
            for item in items {
                guard try measure(item, left: &left, depth: depth + 1, at: node) else { return false }
            }
        case .object(let object):
            if depth == JSONValue.maximumDepth { throw .nestedTooDeep(at: node.pointer) }
            try charge(object.count, at: node)
            for (name, value) in object {
                left -= name.utf8.count
                guard try measure(value, left: &left, depth: depth + 1, at: node) else { return false }
            }
        }
        return left >= 0
    }

    /// Puts null for infinity and NaN, as JSON does that has neither. Only for values that were measured.
    static func withoutInfinity(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number): number.isFinite ? value : .null
        case .array(let items): .array(items.map(withoutInfinity))
        case .object(let object): .object(JSONObject(object.map { ($0.name, withoutInfinity($0.value)) }))
        default: value
        }
    }
}
