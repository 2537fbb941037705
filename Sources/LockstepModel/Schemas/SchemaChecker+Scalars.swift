internal import LockstepJSON

/// Numbers, texts, and values that must be one of some.
extension SchemaChecker {
    mutating func checkChoices(_ value: JSONValue, against node: SchemaNode) {
        guard node.rules.enumeration != nil || node.rules.constant != nil, spend(value.weight) else { return }
        if let choices = node.rules.enumeration, !choices.contains(value) {
            note(Self.refusal(of: value, choices: choices.values))
        }
        if let constant = node.rules.constant, constant != value {
            note("must be \(constant.shown); it is \(value.shown)")
        }
    }

    /// `must be one of basic, detailed; it is deep`: quotes only where texts and other values could be mistaken.
    static func refusal(of value: JSONValue, choices: [JSONValue]) -> String {
        if choices.isEmpty { return "is not allowed, because `enum` is empty; it is \(value.shown)" }
        let isPlain = (choices.prefix(maximumChoices + 1) + [value]).allSatisfy(\.isPlainText)
        let list = SchemaSummary.list(choices)
        let shown = isPlain ? value.stringValue ?? value.shown : value.shown
        let nearest = value.stringValue.flatMap { text in
            choices.count <= 1000 ? EditDistance.nearest(to: text, among: choices.compactMap(\.stringValue)) : nil
        }
        // Where all of them can be read it helps nobody to name one again.
        let hint = choices.count > maximumChoices ? nearest.map { "; did you mean \($0)?" } ?? "" : ""
        return "must be \(choices.count == 1 ? "" : "one of ")\(list); it is \(shown)\(hint)"
    }

    /// Choices that a message lists.
    static let maximumChoices = 20

    mutating func checkNumber(_ value: JSONValue, against node: SchemaNode) {
        if let limit = node.rules.minimum, value.isBelow(limit) {
            note("must be at least \(limit.limitShown); it is \(value.shown)")
        }
        if let limit = node.rules.maximum, limit.isBelow(value) {
            note("must be at most \(limit.limitShown); it is \(value.shown)")
        }
        if let limit = node.rules.exclusiveMinimum, !limit.isBelow(value) {
            note("must be above \(limit.limitShown); it is \(value.shown)")
        }
        if let limit = node.rules.exclusiveMaximum, !value.isBelow(limit) {
            note("must be below \(limit.limitShown); it is \(value.shown)")
        }
        if let divisor = node.rules.multipleOf, !value.isMultiple(of: divisor) {
            note("must be a multiple of \(divisor.limitShown); it is \(value.shown)")
        }
    }

    mutating func checkText(_ text: String, against node: SchemaNode) {
        if node.rules.minLength != nil || node.rules.maxLength != nil {
            guard spend(text.utf8.count / 64 + 1) else { return }
            let length = text.unicodeScalars.count
            if let limit = node.rules.minLength, length < limit {
                note("must have at least \(limit) \(limit == 1 ? "character" : "characters"); it has \(length)")
            }
            if let limit = node.rules.maxLength, length > limit {
                note("must have at most \(limit) \(limit == 1 ? "character" : "characters"); it has \(length)")
            }
        }
        if let format = node.rules.format {
            guard spend(text.utf8.count / 16 + 10) else { return }
            if !format.accepts(text) { note("must be \(format.shown); it is \(JSONValue.string(text).shown)") }
        }
        if let pattern = node.rules.pattern, !matches(pattern, text) {
            note("must match the pattern \(pattern.source); it is \(JSONValue.string(text).shown)")
        }
    }
}

extension JSONValue {
    /// Whether this is a text that nobody takes for something else when it stands without quotes.
    var isPlainText: Bool {
        guard let text = stringValue, let first = text.unicodeScalars.first, text.utf8.count <= 200 else {
            return false
        }
        if (try? JSONValue(parsing: text)) != nil || first == " " || text.hasSuffix(" ") { return false }
        return text.unicodeScalars.prefix(61).count <= 60
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
                    && scalar != "\"" && scalar != "," && scalar != ";"
            }
    }

    /// A limit without a fraction when it has none.
    var limitShown: String { integerValue.map { String($0) } ?? shown }
}
