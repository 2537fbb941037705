import LockstepJSON

/// A rule made ready: its operators found, its paths taken apart, its literal parts whole.
///
/// At most ``Rule/maximumDepth`` levels deep, so that going through it needs little stack.
final class RuleNode: Sendable {
    enum Form: Sendable {
        case constant(JSONValue)
        /// A list of which some item is a rule.
        case list([RuleNode])
        /// `var` with a path that is written out; the fallback is for a path that leads nowhere.
        case variable(RulePath, fallback: RuleNode?)
        case operation(RuleOperator, [RuleNode])
    }

    let form: Form
    /// Where it stands in the rule.
    let pointer: JSONPointer
    /// As it was written.
    let json: JSONValue
    /// How many levels deeper than the deepest value that goes in one that comes out may be; see `RuleEvaluator`.
    let growth: Int

    init(_ form: Form, json: JSONValue, at pointer: JSONPointer) {
        self.form = form
        self.pointer = pointer
        self.json = json
        growth =
            switch form {
            case .constant: 0
            case .list(let items): 1 + (items.map(\.growth).max() ?? 0)
            case .variable(let path, let fallback): max(fallback?.growth ?? 0, path.steps.isEmpty ? 1 : 0)
            case .operation(.reduce, _): JSONValue.maximumDepth
            case .operation(let name, let arguments):
                if name.goesThroughItems {
                    arguments.reduce(1) { $0 + $1.growth }
                } else {
                    (arguments.map(\.growth).max() ?? 0) + (name.wraps ? 1 : 0)
                }
            }
    }

    /// The value when it is the same whatever the variables are.
    var constant: JSONValue? {
        if case .constant(let value) = form { value } else { nil }
    }

    /// The operator as it was written; nil for a value that is no rule, and for a list.
    var operatorName: String? {
        switch form {
        case .constant, .list: nil
        case .variable: RuleOperator.variable.rawValue
        case .operation(let name, _): name.rawValue
        }
    }
}
