package import LockstepJSON

extension Rule {
    /// Reads a rule and says everything that is wrong with it.
    ///
    /// A value that is no rule is one all the same, and evaluates to itself.
    ///
    /// - Parameter pointer: Where the rule stands in its document; problems carry pointers below it.
    /// - Returns: No rule when there is any problem.
    package static func decode(
        _ json: JSONValue,
        at pointer: JSONPointer
    ) -> (rule: Rule?, problems: [SyntaxProblem]) {
        var decoder = RuleDecoder(base: pointer)
        let root = decoder.node(json, at: JSONPointer(), depth: 0)
        return (decoder.problems.isEmpty ? Rule(root: root) : nil, decoder.problems)
    }
}

private struct RuleDecoder {
    let base: JSONPointer
    var problems: [SyntaxProblem] = []
    private var size = 0
    private var isTooDeep = false

    init(base: JSONPointer) {
        self.base = base
    }

    /// Stops at the limits, and says so once, because nothing below would be looked at.
    private mutating func isWithinLimits(_ pointer: JSONPointer, depth: Int) -> Bool {
        size += 1
        if size == Rule.maximumSize + 1 {
            note(
                JSONPointer(),
                "the rule consists of more than \(Rule.maximumSize) values; keep long lists in a variable"
            )
        }
        if depth > Rule.maximumDepth, !isTooDeep {
            isTooDeep = true
            note(
                pointer,
                "the rule is nested deeper than \(Rule.maximumDepth) levels; `and`, `or`, `if`, `+` and `cat` take many values "
                    + "side by side"
            )
        }
        return size <= Rule.maximumSize && depth <= Rule.maximumDepth
    }

    mutating func node(_ json: JSONValue, at pointer: JSONPointer, depth: Int) -> RuleNode {
        guard isWithinLimits(pointer, depth: depth) else { return constant(.null, at: pointer) }
        switch json {
        case .array(let items):
            let nodes = nodes(items, at: pointer, depth: depth)
            let constants = nodes.compactMap(\.constant)
            return constants.count == nodes.count
                ? constant(json, at: pointer) : RuleNode(.list(nodes), json: json, at: pointer)
        case .object(let object):
            guard object.count == 1, let member = object.first(where: { _ in true }) else {
                literal(object, at: pointer, depth: depth)
                return constant(json, at: pointer)
            }
            return operation(member.name, member.value, json: json, at: pointer, depth: depth)
        default: return constant(json, at: pointer)
        }
    }

    private func constant(_ json: JSONValue, at pointer: JSONPointer) -> RuleNode {
        RuleNode(.constant(json), json: json, at: pointer)
    }

    private mutating func nodes(_ items: [JSONValue], at pointer: JSONPointer, depth: Int) -> [RuleNode] {
        var nodes: [RuleNode] = []
        for (index, item) in items.enumerated() {
            nodes.append(node(item, at: pointer.appending(index), depth: depth + 1))
            if size > Rule.maximumSize { break }
        }
        return nodes
    }

    private mutating func operation(
        _ name: String,
        _ values: JSONValue,
        json: JSONValue,
        at pointer: JSONPointer,
        depth: Int
    ) -> RuleNode {
        let place = pointer.appending(name)
        let found = RuleOperator(rawValue: name).flatMap { $0.rawValue.utf8.elementsEqual(name.utf8) ? $0 : nil }
        guard let found else {
            refuse(name, at: place)
            return constant(.null, at: pointer)
        }
        let arguments: [RuleNode]
        if let items = values.arrayValue {
            size += 1
            arguments = nodes(items, at: place, depth: depth + 1)
            checkCount(items.count, of: found, at: place)
        } else {
            arguments = [node(values, at: place, depth: depth + 1)]
            checkCount(1, of: found, at: place)
        }
        if found == .variable {
            guard let first = arguments.first else {
                return RuleNode(.variable(RulePath(""), fallback: nil), json: json, at: pointer)
            }
            if let path = first.constant {
                let fallback = arguments.count > 1 ? arguments[1] : nil
                return RuleNode(
                    .variable(self.path(path, at: first.pointer), fallback: fallback),
                    json: json,
                    at: pointer
                )
            }
        }
        return RuleNode(.operation(found, arguments), json: json, at: pointer)
    }

    private mutating func path(_ json: JSONValue, at pointer: JSONPointer) -> RulePath {
        switch json {
        case .null: return RulePath("")
        case .string(let text): return RulePath(text)
        case .integer(let whole): return RulePath(String(whole))
        case .number(let number): return RulePath(RuleNumber.text(number))
        case .bool, .array, .object:
            note(pointer, "`var` takes the path of a variable, such as `page.count`; this is \(json.shown)")
            return RulePath("")
        }
    }

    private mutating func checkCount(_ count: Int, of name: RuleOperator, at pointer: JSONPointer) {
        let allowed = name.argumentCount
        guard !allowed.contains(count) else { return }
        let needed =
            switch (allowed.lowerBound, allowed.upperBound) {
            case (let least, Int.max): "at least \(least)"
            case (let least, let most) where least == most: "\(least)"
            case (let least, let most): "\(least) \(most == least + 1 ? "or" : "to") \(most)"
            }
        let noun = needed.hasSuffix("1") ? "value" : "values"
        note(pointer, "`\(name.rawValue)` takes \(needed) \(noun); here it has \(count)\(hint(name, count))")
    }

    private func hint(_ name: RuleOperator, _ count: Int) -> String {
        switch name {
        case .greater where count == 3, .greaterOrEqual where count == 3:
            "; to say that one value lies between two others use `<` or `<=`"
        case .variable: "; the second is for when there is no such variable"
        case .not where count == 0, .truth where count == 0:
            "; an empty list as the value is written `[[]]`"
        default: ""
        }
    }

    private mutating func refuse(_ name: String, at pointer: JSONPointer) {
        let nearest = RuleOperator.nearest(to: name)?.rawValue
        let hint =
            nearest.map { "did you mean `\($0)`?" }
            ?? "the operators are \(RuleOperator.allCases.map(\.rawValue).joined(separator: " "))"
        problems.append(
            SyntaxProblem(
                pointer: JSONPointer(base.tokens + pointer.tokens),
                concernsName: true,
                message: "`\(name)` is not an operator of rules; \(hint)",
                suggestion: nearest
            )
        )
    }

    /// Looks through an object that is a value because it has not exactly one member: a rule in it would never be evaluated.
    private mutating func literal(_ object: JSONObject, at pointer: JSONPointer, depth: Int) {
        for (name, value) in object {
            if let known = RuleOperator(rawValue: name), known.isUnmistakable {
                problems.append(
                    SyntaxProblem(
                        pointer: JSONPointer(base.tokens + pointer.tokens + [name]),
                        concernsName: true,
                        message:
                            "an object with several members is a value and not a rule, so `\(name)` would not be evaluated; "
                            + "give each operator an object of its own, and join them with `and` or `or`"
                    )
                )
            }
            literal(value, at: pointer.appending(name), depth: depth + 1)
        }
    }

    private mutating func literal(_ json: JSONValue, at pointer: JSONPointer, depth: Int) {
        guard isWithinLimits(pointer, depth: depth) else { return }
        switch json {
        case .array(let items):
            for (index, item) in items.enumerated() { literal(item, at: pointer.appending(index), depth: depth + 1) }
        case .object(let object):
            if object.count == 1, object.contains(RuleOperator.variable.rawValue) {
                note(
                    pointer,
                    "a rule inside an object with several members is not evaluated, it is part of the value; "
                        + "map the members one by one, or make the object in a tool"
                )
            } else {
                literal(object, at: pointer, depth: depth)
            }
        default: break
        }
    }

    private mutating func note(_ pointer: JSONPointer, _ message: String) {
        problems.append(SyntaxProblem(pointer: JSONPointer(base.tokens + pointer.tokens), message: message))
    }
}
