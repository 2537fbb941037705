internal import LockstepJSON
internal import LockstepModel

/// Guards and loops.
extension WorkflowChecker {
    mutating func checkCondition(of index: Int) {
        guard let condition = steps[index].condition else { return }
        let place = place(index, "when")
        _ = given(by: condition, for: Reader(step: index, item: nil), at: place)
        guard let value = constant(condition) else { return }
        let message =
            value.isTruthy
            ? "`when` is always true; leave it out" : "`when` is always false, so the step never runs"
        note(place, message, severity: .warning)
    }

    /// What a guard is whatever the variables are.
    func constant(_ condition: Mapping) -> JSONValue? {
        switch condition {
        case .literal(let value): value
        case .variable: nil
        case .rule(let rule): rule.constantValue
        }
    }

    /// Checks what a step runs over.
    ///
    /// - Returns: What is known of its items; nil when there is no loop.
    mutating func checkLoop(of index: Int) -> FlowVariable? {
        guard let loop = steps[index].loop else { return nil }
        let reader = Reader(step: index, item: nil)
        let (key, wanted, noun): (String, ValueType, String) =
            switch loop.source {
            case .items: ("items", .array, "`for_each` needs a list to run over")
            case .lines: ("lines", .string, "`for_each` over `lines` needs a text")
            }
        let place = place(index, "for_each", key)
        let given = given(by: loop.mapping, for: reader, at: place)
        let literal = literal(of: loop.mapping, at: place)
        if let problem = conflict(of: given, with: wanted, noun, literal) {
            note(place, problem.message, suggestion: problem.suggestion)
        } else {
            checkPresence(of: given, neededBy: "`for_each`", for: reader, at: place)
        }
        let item = key == "lines" ? ValueForecast.string : given.forecast.item
        return FlowVariable(step: nil, noun: "the item", forecast: item)
    }

    /// The text where a variable could have been meant.
    private func literal(of mapping: Mapping, at place: JSONPointer) -> String? {
        guard case .literal(let value) = mapping, place.resolve(in: workflow.definition)?.objectValue == nil else {
            return nil
        }
        return value.stringValue
    }

    private mutating func conflict(
        of given: Given,
        with wanted: ValueType,
        _ noun: String,
        _ literal: String?
    ) -> (message: String, suggestion: String?)? {
        if let literal, let nearest = nearestVariable(to: literal) {
            return ("there is no variable `\(literal)`; did you mean `\(nearest)`?", nearest)
        }
        guard let kinds = given.forecast.kinds?.filter({ $0 != .exactly(.null) }), let first = kinds.first,
            kinds.allSatisfy({ !$0.mayBe(wanted) })
        else { return nil }
        let isName = literal.map(DefinitionName.isValid) ?? false
        var message = "\(noun); \(given.subject.certain) \(first.shown)"
        if isName { message += ", and there is no variable of this name" }
        if wanted == .array, kinds.contains(where: { $0.mayBe(.string) }), !isName {
            message += "; write `lines:` instead of `items:` for the lines of a text"
        }
        if wanted == .string, kinds.contains(where: { $0.mayBe(.array) }) {
            message += "; write `items:` instead of `lines:` for a list"
        }
        return (message, nil)
    }
}

extension ValueForecast.Kind {
    fileprivate func mayBe(_ type: ValueType) -> Bool {
        switch self {
        case .fitting(let schema): schema.types.isEmpty || schema.types.contains(type)
        case .exactly(.array): type == .array
        case .exactly(.string): type == .string
        case .exactly: false
        }
    }

    fileprivate var shown: String {
        switch self {
        case .fitting(let schema): schema.shown
        case .exactly(let value): value.shown
        }
    }
}
