import LockstepJSON

extension RuleEvaluator {
    /// `map`, `filter`, `all`, `none`, `some`: evaluates the body with each item as its scope; what is no list is an empty one.
    mutating func goThrough(
        _ name: RuleOperator,
        _ list: RuleNode,
        _ body: RuleNode,
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> JSONValue {
        let items = try value(of: list, in: scope).arrayValue ?? []
        var found: [JSONValue] = []
        for (index, item) in items.enumerated() {
            try charge(1, at: node)
            let value = try value(of: body, in: .value(item), item: index)
            switch name {
            case .map: found.append(value)
            case .filter: if value.isTruthy { found.append(item) }
            case .all: if !value.isTruthy { return false }
            case .none: if value.isTruthy { return false }
            default: if value.isTruthy { return true }
            }
        }
        return switch name {
        case .map, .filter: .array(found)
        case .all: .bool(!items.isEmpty)
        case .none: true
        default: false
        }
    }

    /// `reduce`: a list, a body over `current` and `accumulator`, and what to begin with (null without it).
    mutating func reduce(_ nodes: [RuleNode], in scope: RuleScope, at node: RuleNode) throws(RuleError) -> JSONValue {
        let items = try value(of: nodes[0], in: scope).arrayValue ?? []
        var accumulator = nodes.count > 2 ? try value(of: nodes[2], in: scope) : .null
        var depth = nodes.count > 2 ? nodes[2].growth : 0
        for (index, item) in items.enumerated() {
            try charge(1, at: node)
            accumulator = try value(of: nodes[1], in: .pair(accumulator: accumulator, current: item), item: index)
            depth += nodes[1].growth
            if depth > JSONValue.maximumDepth { depth = try self.depth(of: accumulator, at: node) }
        }
        return accumulator
    }

    private mutating func depth(of value: JSONValue, at node: RuleNode, above: Int = 0) throws(RuleError) -> Int {
        guard above <= JSONValue.maximumDepth else { throw .nestedTooDeep(at: node.pointer) }
        var deepest = 0
        switch value {
        case .array(let items):
            try charge(items.count, at: node)
            for item in items { deepest = max(deepest, try depth(of: item, at: node, above: above + 1)) }
        case .object(let object):
            try charge(object.count, at: node)
            for (_, item) in object { deepest = max(deepest, try depth(of: item, at: node, above: above + 1)) }
        default: return 0
        }
        return deepest + 1
    }

    /// `merge`: the items of all lists in one; what is no list is an item.
    mutating func merged(_ values: [JSONValue], at node: RuleNode) throws(RuleError) -> [JSONValue] {
        var merged: [JSONValue] = []
        for value in values {
            if let items = value.arrayValue {
                try charge(items.count, at: node)
                merged += items
            } else {
                merged.append(value)
            }
        }
        return merged
    }

    /// `missing`: those of the paths at which there is nothing, null or the empty text.
    ///
    /// A list as the first value is the list of paths, so that rules can make it.
    mutating func missing(_ nodes: [RuleNode], in scope: RuleScope, at node: RuleNode) throws(RuleError) -> JSONValue {
        let values = try values(of: nodes, in: scope)
        return .array(try absent(of: values.first?.arrayValue ?? values, in: scope, at: node))
    }

    /// `missing_some`: nothing when at least so many of the paths are there, otherwise those that are not.
    mutating func missingSome(
        _ nodes: [RuleNode],
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> JSONValue {
        let needed = try number(of: try value(of: nodes[0], in: scope), at: node)
        let paths = try value(of: nodes[1], in: scope)
        let all = paths.arrayValue ?? [paths]
        let absent = try absent(of: all, in: scope, at: node)
        let present = RuleNumber.whole(Int64(all.count - absent.count))
        let order = RuleNumber.order(present, needed)
        return .array(order == .equal || order == .greater ? [] : absent)
    }

    private mutating func absent(
        of paths: [JSONValue],
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> [JSONValue] {
        var absent: [JSONValue] = []
        for path in paths {
            try charge(1, at: node)
            let way = try self.path(path, at: node)
            // Everything is always there; it need not be put together to see that.
            if way.steps.isEmpty, case .variables = scope { continue }
            switch scope.value(at: way) {
            case nil, .null, .string(""): absent.append(path)
            default: break
            }
        }
        return absent
    }
}
