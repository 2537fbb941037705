internal import LockstepJSON

/// Schemas that are made of other schemas for the same value.
extension SchemaChecker {
    mutating func checkCombinations(_ value: JSONValue, against node: SchemaNode) {
        let words = SchemaSummary(document: document)
        for part in node.rules.allOf { check(value, against: part) }
        if !node.rules.anyOf.isEmpty { checkAnyOf(node.rules.anyOf, value) }
        if !node.rules.oneOf.isEmpty { checkOneOf(node.rules.oneOf, value) }
        if let not = node.rules.not, !isDone, fits(value, not) {
            note("must not be \(words.text(of: not)); it is \(value.shown)")
        }
        if let condition = node.rules.condition, node.rules.then != nil || node.rules.otherwise != nil, !isDone {
            let holds = fits(value, condition)
            guard let branch = holds ? node.rules.then : node.rules.otherwise else { return }
            let count = count
            check(value, against: branch)
            explain(after: count, ", because it is \(holds ? "" : "not ")\(words.text(of: condition))")
        }
    }

    private mutating func checkAnyOf(_ alternatives: [SchemaNode], _ value: JSONValue) {
        for alternative in alternatives {
            if isDone || fits(value, alternative) { return }
        }
        noteNoneFits(alternatives, value)
    }

    private mutating func checkOneOf(_ alternatives: [SchemaNode], _ value: JSONValue) {
        var fitting: [Int] = []
        for (index, alternative) in alternatives.enumerated() {
            if isDone { return }
            if fits(value, alternative) { fitting.append(index) }
            if fitting.count > 1 { break }
        }
        switch fitting.count {
        case 0: noteNoneFits(alternatives, value)
        case 1: break
        default:
            let words = SchemaSummary(document: document)
            let both = { fitting.map { "(\($0 + 1)) \(words.text(of: alternatives[$0]))" }.joined(separator: " and ") }
            note("must fit exactly one of \(alternatives.count) alternatives; it fits \(both())")
        }
    }

    /// Alternatives that a message explains.
    private static let maximumAlternatives = 5

    private mutating func noteNoneFits(_ alternatives: [SchemaNode], _ value: JSONValue) {
        guard !isDone else { return }
        let nodes = alternatives.map { document.resolved($0) }
        // Alternatives that differ in their types, or are values, are said as one list.
        if nodes.allSatisfy({ node in
            !node.rules.types.isEmpty && !node.rules.types.contains { value.is($0) }
        }) {
            let types = nodes.reduce(into: Set<ValueType>()) { $0.formUnion($1.rules.types) }
            return note("must be \(ValueType.shown(types)); it is \(value.shown)")
        }
        let choices = nodes.map { node in node.rules.enumeration?.values ?? node.rules.constant.map { [$0] } ?? [] }
        if choices.allSatisfy({ !$0.isEmpty }) {
            let all = choices.flatMap(\.self)
            if !all.contains(value) { return note(Self.refusal(of: value, choices: all)) }
        }
        var reasons: [String] = []
        for (index, alternative) in alternatives.prefix(Self.maximumAlternatives).enumerated() {
            guard let reason = reason(value, alternative) else { continue }
            let title = nodes[index].rules.title.map { ": \(SchemaSummary.cut($0, 40))" } ?? ""
            reasons.append("(\(index + 1)\(title)) \(SchemaSummary.cut(reason, 160))")
        }
        let rest = alternatives.count - Self.maximumAlternatives
        if rest > 0 { reasons.append("and so on for \(rest) more") }
        if alternatives.count == 1, let only = reasons.first { return note(String(only.dropFirst(4))) }
        note("fits none of \(alternatives.count) alternatives: \(reasons.joined(separator: "; "))")
    }
}
