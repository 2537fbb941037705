import LockstepJSON

extension RuleEvaluator {
    /// `+ - * / % max min`.
    mutating func compute(
        _ name: RuleOperator,
        _ nodes: [RuleNode],
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> JSONValue {
        let values = try values(of: nodes, in: scope)
        var total: RuleNumber
        switch name {
        case .add:
            total = .whole(0)
            for value in values { total = total + (try beginning(of: value, at: node)) }
        case .multiply:
            // The reference hands a single value back as it is.
            if values.count == 1 { return values[0] }
            total = .whole(1)
            for value in values { total = total * (try beginning(of: value, at: node)) }
        case .max, .min:
            total = try number(of: values[0], at: node)
            for value in values.dropFirst() {
                let other = try number(of: value, at: node)
                guard let order = RuleNumber.order(other, total) else {
                    total = .nan
                    continue
                }
                if order == (name == .max ? .greater : .less) { total = other }
            }
        case .subtract where values.count == 1:
            total = .whole(0) - (try number(of: values[0], at: node))
        default:
            let left = try number(of: values[0], at: node)
            let right = try number(of: values[1], at: node)
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
