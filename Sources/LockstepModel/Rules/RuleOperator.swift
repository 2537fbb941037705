/// An operator of rules, as JSONLogic names it.
package enum RuleOperator: String, Sendable, Hashable, CaseIterable {
    case variable = "var"
    case missing
    case missingSome = "missing_some"
    case condition = "if"
    case ternary = "?:"
    case equal = "=="
    case strictEqual = "==="
    case notEqual = "!="
    case strictNotEqual = "!=="
    case not = "!"
    case truth = "!!"
    case or
    case and
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case max
    case min
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case map
    case filter
    case reduce
    case all
    case none
    case some
    case merge
    case contains = "in"
    case cat
    case substring = "substr"
    case log

    /// How many values it can take; anything else would be ignored or make no sense, so it is refused.
    package var argumentCount: ClosedRange<Int> {
        switch self {
        case .missing, .condition, .ternary, .merge, .cat, .add: 0...Int.max
        case .or, .and, .max, .min, .multiply: 1...Int.max
        case .variable: 0...2
        case .not, .truth, .log: 1...1
        case .subtract: 1...2
        case .less, .lessOrEqual, .substring, .reduce: 2...3
        case .missingSome, .equal, .strictEqual, .notEqual, .strictNotEqual, .greater, .greaterOrEqual, .divide,
            .remainder, .map, .filter, .all, .none, .some, .contains:
            2...2
        }
    }

    /// Whether the second value is a rule about each item of the first, which sees nothing but that item.
    var goesThroughItems: Bool {
        switch self {
        case .map, .filter, .reduce, .all, .none, .some: true
        default: false
        }
    }

    /// Whether the values after the first may stay unread.
    var mayStopEarly: Bool {
        switch self {
        case .condition, .ternary, .and, .or, .variable: true
        default: false
        }
    }

    /// Whether a value may come out one level deeper than what went in; `var` can take all variables as one object.
    var wraps: Bool {
        switch self {
        case .merge, .missing, .missingSome, .variable: true
        default: false
        }
    }

    /// Whether the name can hardly be that of a member of data, so that an object with it and others is a mistake.
    var isUnmistakable: Bool {
        self == .variable || !(rawValue.utf8.first.map { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") } ?? false)
    }

    /// The operator that somebody who wrote this name most likely meant.
    static func nearest(to name: String) -> RuleOperator? {
        if let known = otherNames[name.lowercased()] { return known }
        guard name.unicodeScalars.contains(where: { $0.properties.isAlphabetic }) else { return nil }
        return EditDistance.nearest(to: name, among: allCases.map(\.rawValue)).flatMap { RuleOperator(rawValue: $0) }
    }

    /// What other languages call the operators.
    private static let otherNames: [String: RuleOperator] = [
        "=": .equal, "eq": .equal, "equals": .equal, "is": .equal, "<>": .notEqual, "ne": .notEqual, "neq": .notEqual,
        "=>": .greaterOrEqual, "ge": .greaterOrEqual, "gte": .greaterOrEqual, "gt": .greater, "=<": .lessOrEqual,
        "le": .lessOrEqual, "lte": .lessOrEqual, "lt": .less, "&&": .and, "&": .and, "||": .or, "|": .or, "not": .not,
        "plus": .add, "sum": .add, "minus": .subtract, "times": .multiply, "mul": .multiply, "div": .divide,
        "mod": .remainder, "concat": .cat, "join": .cat, "contains": .contains, "includes": .contains, "any": .some,
        "every": .all, "fold": .reduce, "flatten": .merge, "get": .variable, "variable": .variable, "?": .condition,
        "ternary": .condition, "when": .condition, "cond": .condition, "substring": .substring, "slice": .substring,
    ]
}
