package import LockstepJSON

/// A variable that a rule reads in its outermost scope.
package struct RuleVariable: Sendable, Hashable {
    /// The variable's name: the path up to its first dot.
    package let name: String
    /// The whole path as it was written.
    package let path: String
    /// Where in the rule the `var`, `missing` or `missing_some` stands.
    package let pointer: JSONPointer
    /// Whether there are values of other variables for which it is not read: it stands behind `if`, `and`, `or` or a default.
    package let isConditional: Bool
    /// Whether the rule says what holds when there is no such variable.
    package let hasDefault: Bool
}

extension Rule {
    /// The variables that it reads, in the order in which they stand, each as often as it does.
    ///
    /// Inside `map`, `filter`, `reduce`, `all`, `none` and `some` a `var` reads the item (or `current` and `accumulator`), so those are
    /// not among them.
    package var variables: [RuleVariable] { uses.read }

    /// The variables that `missing` and `missing_some` look for, which need not be there; only those that are written out.
    package var soughtVariables: [RuleVariable] { uses.sought }

    /// Whether it may read any variable, because a path is computed or it takes everything (`{"var": ""}`).
    package var readsAnything: Bool { uses.readsAnything }

    private var uses: RuleUses {
        var uses = RuleUses()
        uses.visit(root, isConditional: false)
        return uses
    }
}

/// Goes through the outermost scope of a rule.
private struct RuleUses {
    var read: [RuleVariable] = []
    var sought: [RuleVariable] = []
    var readsAnything = false

    mutating func visit(_ node: RuleNode, isConditional: Bool) {
        switch node.form {
        case .constant: break
        case .list(let items): for item in items { visit(item, isConditional: isConditional) }
        case .variable(let path, let fallback):
            add(path, at: node, isConditional, hasDefault: fallback != nil, to: \.read)
            if let fallback { visit(fallback, isConditional: true) }
        case .operation(let name, let arguments):
            for (index, argument) in arguments.enumerated() where !(name.goesThroughItems && index == 1) {
                visit(argument, isConditional: isConditional || (name.mayStopEarly && index > 0))
            }
            switch name {
            case .variable: readsAnything = true
            case .missing: seek(arguments, at: node, isConditional)
            case .missingSome: seek([arguments[1]], at: node, isConditional)
            default: break
            }
        }
    }

    private mutating func seek(_ arguments: [RuleNode], at node: RuleNode, _ isConditional: Bool) {
        let paths: [JSONValue?] =
            if case .array(let list) = arguments.first?.constant { list } else { arguments.map(\.constant) }
        for path in paths {
            switch path {
            case .string(let text): add(RulePath(text), at: node, isConditional, hasDefault: true, to: \.sought)
            case .integer(let whole):
                add(RulePath(String(whole)), at: node, isConditional, hasDefault: true, to: \.sought)
            default: readsAnything = true
            }
        }
    }

    private mutating func add(
        _ path: RulePath,
        at node: RuleNode,
        _ isConditional: Bool,
        hasDefault: Bool,
        to list: WritableKeyPath<RuleUses, [RuleVariable]>
    ) {
        guard let name = path.name else {
            readsAnything = true
            return
        }
        self[keyPath: list].append(
            RuleVariable(
                name: name,
                path: path.text,
                pointer: node.pointer,
                isConditional: isConditional,
                hasDefault: hasDefault
            )
        )
    }
}
