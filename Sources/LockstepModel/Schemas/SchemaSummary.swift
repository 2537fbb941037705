internal import LockstepJSON

/// What a schema asks for, in a few words: `an integer of at least 3`, `one of a, b`, `an object whose kind is circle`.
struct SchemaSummary {
    let document: SchemaDocument

    private static let maximumLength = 120

    func text(of node: SchemaNode) -> String { Self.cut(text(of: node, depth: 0), Self.maximumLength) }

    private func text(of given: SchemaNode, depth: Int) -> String {
        let node = document.resolved(given)
        if let title = given.rules.title ?? node.rules.title, !title.isEmpty { return title }
        if node.rules.refusesEverything { return "nothing" }
        if let constant = node.rules.constant { return Self.list([constant]) }
        if let choices = node.rules.enumeration?.values {
            return choices.count == 1 ? Self.list(choices) : "one of \(Self.list(choices))"
        }
        guard depth < 4 else { return "…" }
        let details = numberDetails(node) + textDetails(node) + listDetails(node, depth) + objectDetails(node, depth)
        if let noun = noun(of: node) {
            return details.isEmpty ? noun : "\(noun) \(details.joined(separator: " and "))"
        }
        let alternatives = node.rules.anyOf + node.rules.oneOf
        if details.isEmpty, !alternatives.isEmpty {
            let shown = alternatives.prefix(4).map { text(of: $0, depth: depth + 1) }
            return shown.joined(separator: " or ") + (alternatives.count > 4 ? " or …" : "")
        }
        if details.isEmpty, let not = node.rules.not { return "anything but \(text(of: not, depth: depth + 1))" }
        if details.isEmpty, let target = document.target(of: node) { return text(of: target, depth: depth + 1) }
        if details.isEmpty, !node.rules.allOf.isEmpty {
            return node.rules.allOf.prefix(3).map { text(of: $0, depth: depth + 1) }.joined(separator: " and ")
        }
        if node.rules.json == true || node.rules.json == [:] { return "any value" }
        return "a value that fits \(node.rules.json.excerpt(80))"
    }

    /// The types, or the one type that all rules are about.
    private func noun(of node: SchemaNode) -> String? {
        if !node.rules.types.isEmpty {
            let types = ValueType.shown(node.rules.types)
            return node.rules.mimeTypes.isEmpty ? types : "\(types) (\(node.rules.mimeTypes.joined(separator: ", ")))"
        }
        let kinds = [
            numberDetails(node).isEmpty ? nil : "a number", textDetails(node).isEmpty ? nil : "a string",
            listDetails(node, 3).isEmpty ? nil : "an array", objectDetails(node, 3).isEmpty ? nil : "an object",
        ].compactMap(\.self)
        return kinds.count == 1 ? kinds[0] : nil
    }

    private func numberDetails(_ node: SchemaNode) -> [String] {
        [
            node.rules.minimum.map { "of at least \($0.limitShown)" },
            node.rules.exclusiveMinimum.map { "above \($0.limitShown)" },
            node.rules.maximum.map { "of at most \($0.limitShown)" },
            node.rules.exclusiveMaximum.map { "below \($0.limitShown)" },
            node.rules.multipleOf.map { "that is a multiple of \($0.limitShown)" },
        ].compactMap(\.self)
    }

    private func textDetails(_ node: SchemaNode) -> [String] {
        [
            node.rules.minLength.map { "of at least \($0) \($0 == 1 ? "character" : "characters")" },
            node.rules.maxLength.map { "of at most \($0) \($0 == 1 ? "character" : "characters")" },
            node.rules.pattern.map { "that matches \(Self.cut($0.source, 60))" },
            node.rules.format.map { "in the format \($0.rawValue)" },
        ].compactMap(\.self)
    }

    private func listDetails(_ node: SchemaNode, _ depth: Int) -> [String] {
        [
            node.rules.minItems.map { "of at least \($0) \($0 == 1 ? "item" : "items")" },
            node.rules.maxItems.map { "of at most \($0) \($0 == 1 ? "item" : "items")" },
            node.rules.items.map { "in which each item is \(text(of: $0, depth: depth + 1))" },
            node.rules.contains.map { "with an item that is \(text(of: $0, depth: depth + 1))" },
        ].compactMap(\.self)
    }

    private func objectDetails(_ node: SchemaNode, _ depth: Int) -> [String] {
        // A member with a fixed value tells kinds of objects apart; it says more than all the others.
        let fixed = node.rules.properties.entries.filter { entry in
            let rules = document.resolved(entry.value).rules
            return rules.constant != nil || rules.enumeration != nil
        }
        if !fixed.isEmpty {
            let list = fixed.prefix(3).map { "`\($0.name)` is \(text(of: $0.value, depth: depth + 1))" }
            return ["whose \(list.joined(separator: " and "))"]
        }
        if !node.rules.required.isEmpty {
            let list = node.rules.required.prefix(5).map { "`\($0)`" }
            return ["with \(list.joined(separator: ", "))"]
        }
        let typed = node.rules.properties.entries.prefix(3).map {
            "`\($0.name)` is \(text(of: $0.value, depth: depth + 1))"
        }
        return [
            typed.isEmpty ? nil : "whose \(typed.joined(separator: " and "))",
            node.rules.minProperties.map { "with at least \($0) \($0 == 1 ? "member" : "members")" },
            node.rules.maxProperties.map { "with at most \($0) \($0 == 1 ? "member" : "members")" },
        ].compactMap(\.self)
    }

    /// Values with commas, the first 20: texts without quotes when all are plain.
    static func list(_ values: [JSONValue]) -> String {
        let shown = values.prefix(SchemaChecker.maximumChoices)
        let isPlain = shown.allSatisfy(\.isPlainText)
        let list = shown.map { (isPlain ? $0.stringValue : nil) ?? $0.excerpt() }.joined(separator: ", ")
        let rest = values.count - shown.count
        return rest > 0 ? "\(list) and \(rest) more" : list
    }

    /// `; did you mean …?`, when one of the names is near.
    static func hint(_ name: String, among names: [String]) -> String {
        guard names.count <= 1000 else { return "" }
        return EditDistance.nearest(to: name, among: names).map { "; did you mean `\($0)`?" } ?? ""
    }

    static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
        var part = String.UnicodeScalarView()
        part.append(contentsOf: text.unicodeScalars.prefix(limit))
        return String(part) + "…"
    }
}

extension ValueSchema {
    /// `an integer`, `null or a string`.
    package var typesShown: String { ValueType.shown(types) }

    /// What the schema asks for, in a few words: `an integer of at least 3`, `any value`.
    package var summary: String { SchemaSummary(document: document).text(of: node) }
}
