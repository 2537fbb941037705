import LockstepJSON

extension RuleEvaluator {
    /// `+ - * / % max min`.
    mutating func compute(
        _ name: RuleOperator,
        _ nodes: [RuleNode],
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> JSONValue {
        if nodes.isEmpty { return 0 }
        let first = try value(of: nodes[0], in: scope)
        var total: RuleNumber
        switch name {
        case .add:
            total = .whole(0) + (try beginning(of: first, at: node))
            for other in nodes.dropFirst() {
                total = total + (try beginning(of: try value(of: other, in: scope), at: node))
            }
        case .multiply:
            // The reference hands a single value back as it is.
            if nodes.count == 1 { return first }
            total = try beginning(of: first, at: node)
            for other in nodes.dropFirst() {
                total = total * (try beginning(of: try value(of: other, in: scope), at: node))
            }
        case .max, .min:
            total = try number(of: first, at: node)
            for other in nodes.dropFirst() {
                let other = try number(of: try value(of: other, in: scope), at: node)
                guard let order = RuleNumber.order(other, total) else {
                    total = .nan
                    continue
                }
                if order == (name == .max ? .greater : .less) { total = other }
            }
        case .subtract where nodes.count == 1:
            total = .whole(0) - (try number(of: first, at: node))
        default:
            let left = try number(of: first, at: node)
            let right = try number(of: try value(of: nodes[1], in: scope), at: node)
            total =
                switch name {
                case .divide: left / right
                case .remainder: left % right
                default: left - right
                }
        }
        return noting(total)
    }

    /// The number that a value counts as in a comparison or a subtraction: null and false are 0, true is 1, a text is read whole.
    mutating func number(of value: JSONValue, at node: RuleNode) throws(RuleError) -> RuleNumber {
        switch value {
        case .null: .whole(0)
        case .bool(let flag): .whole(flag ? 1 : 0)
        case .integer(let whole): .whole(whole)
        case .number(let number): .real(number)
        case .string, .array, .object: RuleNumber(text: try text(of: value, nullAs: "", at: node))
        }
    }

    /// The number that a value begins with as text, which is what is added and multiplied: `"12 pages"` is 12, null is NaN.
    private mutating func beginning(of value: JSONValue, at node: RuleNode) throws(RuleError) -> RuleNumber {
        switch value {
        case .null, .bool: .nan
        case .integer(let whole): .whole(whole)
        case .number(let number): .real(number)
        case .string, .array, .object: RuleNumber(beginningOf: try text(of: value, nullAs: "", at: node))
        }
    }
}
