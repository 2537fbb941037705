package import LockstepJSON

/// A part of a value that a rule reads although no value has it.
package struct RuleRemark: Sendable, Hashable {
    /// Where in the rule the `var` stands.
    package let pointer: JSONPointer
    /// The path as it was written.
    package let path: String
    /// A clause for a person: `it is a string, which has no parts`.
    package let reason: String
    /// Whether the rule says what holds then.
    package let hasDefault: Bool
}

extension Rule {
    /// What is known of its value before it is evaluated, and the parts that it reads in vain.
    ///
    /// - Parameter variable: What is known of a variable of the outermost scope; null for one that there is not.
    package func forecast(
        _ variable: (String) -> ValueForecast
    ) -> (value: ValueForecast, remarks: [RuleRemark]) {
        withoutActuallyEscaping(variable) { variable in
            var forecaster = RuleForecaster(variable: variable)
            return (forecaster.forecast(root, in: .variables), forecaster.remarks)
        }
    }

    /// The value that it has whatever the variables are; nil when it reads any.
    package var constantValue: JSONValue? {
        guard !readsAnything, variables.isEmpty, soughtVariables.isEmpty else { return nil }
        return try? value(in: [:])
    }
}

/// Goes through a rule and follows types instead of values.
private struct RuleForecaster {
    enum Scope {
        case variables
        case item(ValueForecast)
        /// Inside `reduce`.
        case pair
    }

    let variable: (String) -> ValueForecast
    var remarks: [RuleRemark] = []

    mutating func forecast(_ node: RuleNode, in scope: Scope) -> ValueForecast {
        switch node.form {
        case .constant(let value): return .exactly(value)
        case .list(let nodes): return union(forecasts(nodes, in: scope))?.listed ?? .array
        case .variable(let path, let fallback):
            let found = part(path, of: node, in: scope, hasDefault: fallback != nil)
            guard let fallback else { return found }
            let instead = forecast(fallback, in: scope)
            return found == .null ? instead : found.withoutNull.or(instead)
        case .operation(let name, let arguments):
            return name.goesThroughItems
                ? going(name, through: arguments, in: scope) : operation(name, forecasts(arguments, in: scope))
        }
    }

    private mutating func forecasts(_ nodes: [RuleNode], in scope: Scope) -> [ValueForecast] {
        nodes.map { forecast($0, in: scope) }
    }

    private func union(_ forecasts: some Sequence<ValueForecast>) -> ValueForecast? {
        forecasts.reduce(nil) { union, next in union.map { $0.or(next) } ?? next }
    }

    private func operation(_ name: RuleOperator, _ values: [ValueForecast]) -> ValueForecast {
        switch name {
        case .condition, .ternary:
            // Pairs of condition and value, then perhaps a value without a condition.
            let last = values.count.isMultiple(of: 2) ? ValueForecast.null : values[values.count - 1]
            let results = stride(from: 1, to: values.count, by: 2).map { values[$0] }
            return union(results + [last]) ?? .null
        case .and, .or: return union(values) ?? .unknown
        case .equal, .strictEqual, .notEqual, .strictNotEqual, .not, .truth, .greater, .greaterOrEqual, .less,
            .lessOrEqual, .contains, .all, .none, .some:
            return .boolean
        // A single factor is handed back as it is.
        case .multiply where values.count == 1: return values[0]
        case .max, .min, .add, .subtract, .multiply, .divide, .remainder: return .number
        case .cat, .substring: return .string
        case .missing, .missingSome: return ValueForecast.string.listed
        case .merge: return .array
        case .log: return values.first ?? .unknown
        case .variable, .map, .filter, .reduce: return .unknown
        }
    }

    /// `map`, `filter`, `reduce`, `all`, `none`, `some`.
    private mutating func going(
        _ name: RuleOperator,
        through arguments: [RuleNode],
        in scope: Scope
    ) -> ValueForecast {
        guard arguments.count >= 2 else { return .unknown }
        let list = forecast(arguments[0], in: scope)
        let body = forecast(arguments[1], in: name == .reduce ? .pair : .item(list.item))
        for argument in arguments.dropFirst(2) { _ = forecast(argument, in: scope) }
        switch name {
        case .map: return body.listed
        case .filter: return list.item.listed
        case .reduce: return .unknown
        default: return .boolean
        }
    }

    // MARK: - Paths

    private mutating func part(
        _ path: RulePath,
        of node: RuleNode,
        in scope: Scope,
        hasDefault: Bool
    ) -> ValueForecast {
        let names = path.steps.map(\.name)
        let (whole, rest): (ValueForecast, [String]) =
            switch scope {
            case .variables: names.first.map { (variable($0), Array(names.dropFirst())) } ?? (.unknown, [])
            case .item(let item): (item, names)
            case .pair: (.unknown, [])
            }
        let (part, refusal) = whole.part(rest)
        if let refusal {
            remarks.append(
                RuleRemark(pointer: node.pointer, path: path.text, reason: refusal, hasDefault: hasDefault)
            )
        }
        return part
    }
}

extension ValueForecast {
    /// What is known of the part at a path, and, when no value has such a part, why.
    package func part(_ path: [String]) -> (part: ValueForecast, refusal: String?) {
        guard !path.isEmpty else { return (self, nil) }
        guard let kinds else { return (.unknown, nil) }
        var parts: [ValueForecast] = []
        var refusal: String?
        for kind in kinds {
            switch kind {
            case .exactly(let value): parts.append(.exactly(JSONPointer(path).resolve(in: value) ?? .null))
            case .fitting(let schema):
                switch schema.schema(at: path) {
                case .known(let part): parts.append(.fitting(part))
                case .impossible(let reason): refusal = refusal ?? reason
                case .unknown: return (.unknown, nil)
                }
            }
        }
        guard parts.contains(where: { $0 != .null }) else { return (.null, refusal) }
        return (parts.dropFirst().reduce(parts[0]) { $0.or($1) }, nil)
    }
}
