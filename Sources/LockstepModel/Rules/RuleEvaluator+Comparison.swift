import LockstepJSON

extension RuleEvaluator {
    /// The operators whose value is true or false.
    mutating func decide(
        _ name: RuleOperator,
        _ nodes: [RuleNode],
        in scope: RuleScope,
        at node: RuleNode
    ) throws(RuleError) -> Bool {
        let first = try value(of: nodes[0], in: scope)
        switch name {
        case .not: return !first.isTruthy
        case .truth: return first.isTruthy
        default: break
        }
        let second = try value(of: nodes[1], in: scope)
        switch name {
        case .equal: return try isLike(first, second, at: node)
        case .notEqual: return !(try isLike(first, second, at: node))
        case .strictEqual: return try isSame(first, second, at: node)
        case .strictNotEqual: return !(try isSame(first, second, at: node))
        case .contains: return try contains(first, in: second, at: node)
        default: break
        }
        guard let order = try order(first, second, at: node) else { return false }
        let third = nodes.count > 2 ? try value(of: nodes[2], in: scope) : nil
        guard holds(name, order) else { return false }
        guard let third else { return true }
        return try self.order(second, third, at: node).map { holds(name, $0) } ?? false
    }

    private func holds(_ name: RuleOperator, _ order: RuleOrder) -> Bool {
        switch name {
        case .less: order == .less
        case .lessOrEqual: order != .greater
        case .greater: order == .greater
        default: order != .less
        }
    }

    /// How two values stand to each other: two texts by UTF-16 code unit, anything else as numbers; nil when either is NaN.
    private mutating func order(_ one: JSONValue, _ other: JSONValue, at node: RuleNode) throws(RuleError) -> RuleOrder?
    {
        switch (one, other) {
        case (.integer(let left), .integer(let right)): return RuleOrder(left, right)
        case (.string, .string), (.string, .array), (.string, .object), (.array, _), (.object, _):
            let left = try primitive(one, at: node)
            let right = try primitive(other, at: node)
            if case .string(let left) = left, case .string(let right) = right {
                try charge(min(left.utf8.count, right.utf8.count) / 16, at: node)
                return Self.order(left, right)
            }
        default: break
        }
        return RuleNumber.order(try number(of: one, at: node), try number(of: other, at: node))
    }

    /// By UTF-16 code unit, found in UTF-8: the two orders differ only where surrogates meet U+E000 to U+FFFF.
    private static func order(_ one: String, _ other: String) -> RuleOrder {
        for (left, right) in zip(one.utf8, other.utf8) where left != right {
            let isReversed = max(left, right) >= 0xF0 && min(left, right) >= 0xEE && min(left, right) < 0xF0
            return isReversed ? RuleOrder(right, left) : RuleOrder(left, right)
        }
        return RuleOrder(one.utf8.count, other.utf8.count)
    }

    /// A list or an object as the text that stands for it, anything else as it is.
    private mutating func primitive(_ value: JSONValue, at node: RuleNode) throws(RuleError) -> JSONValue {
        switch value {
        case .array, .object: .string(try text(of: value, nullAs: "", at: node))
        default: value
        }
    }

    /// `==`: after conversion when the kinds differ; null is like nothing but null.
    private mutating func isLike(_ one: JSONValue, _ other: JSONValue, at node: RuleNode) throws(RuleError) -> Bool {
        switch (one, other) {
        case (.null, _), (_, .null), (.string, .string), (.array, .array), (.object, .object), (.array, .object),
            (.object, .array):
            return try isSame(one, other, at: node)
        case (.array, _), (.object, _):
            return try isLike(try primitive(one, at: node), other, at: node)
        case (_, .array), (_, .object):
            return try isLike(one, try primitive(other, at: node), at: node)
        default:
            return RuleNumber.order(try number(of: one, at: node), try number(of: other, at: node)) == .equal
        }
    }

    /// `===`: the same kind and the same content, numbers by value; lists and objects item by item.
    mutating func isSame(_ one: JSONValue, _ other: JSONValue, at node: RuleNode) throws(RuleError) -> Bool {
        switch (one, other) {
        case (.string(let left), .string(let right)):
            guard left.utf8.count == right.utf8.count else { return false }
            try charge(left.utf8.count / 16, at: node)
            return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) {
                try charge(1, at: node)
                guard try isSame(left, right, at: node) else { return false }
            }
            return true
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            for (name, value) in left {
                try charge(1 + name.utf8.count / 16, at: node)
                guard let other = right[name], try isSame(value, other, at: node) else { return false }
            }
            return true
        default: return one == other
        }
    }

    /// `in`: an item of a list, or a part of a text.
    private mutating func contains(
        _ wanted: JSONValue,
        in whole: JSONValue,
        at node: RuleNode
    ) throws(RuleError) -> Bool {
        switch whole {
        case .array(let items):
            for item in items {
                try charge(1, at: node)
                if try isSame(item, wanted, at: node) { return true }
            }
            return false
        case .string(let text):
            // The reference finds nothing in the empty text, not even itself.
            if text.isEmpty { return false }
            let part = try self.text(of: wanted, nullAs: "null", at: node)
            try charge((text.utf8.count + part.utf8.count) / 16, at: node)
            return TextSearch.contains(part, in: text)
        default: return false
        }
    }
}
