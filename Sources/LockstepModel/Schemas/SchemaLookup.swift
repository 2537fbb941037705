internal import LockstepJSON

/// What a schema says of a value inside the values that fit it.
package enum SchemaLookup: Sendable, Hashable {
    /// The value, when there is one, fits this schema.
    case known(ValueSchema)
    /// No value that fits has such a part; the reason is a clause for a person: `it has no member `titel`; did you mean `title`?`.
    case impossible(String)
    /// The schema leaves it open.
    case unknown
}

extension ValueSchema {
    /// What is known of the part of a value at a path of member names and places in lists (`pages`, `0`, `title`).
    ///
    /// It looks through `properties`, `patternProperties`, `additionalProperties`, `items`, `prefixItems`, `$ref`, `allOf`,
    /// `anyOf` and `oneOf`, and into files, whose members are those of ``FileValue``. The work is bounded; what takes more is
    /// unknown.
    package func schema(at path: [String]) -> SchemaLookup {
        var current = self
        for (index, token) in path.enumerated() {
            var search = MemberSearch(document: current.document, token: token)
            switch search.find(in: current.node) {
            case .known(let schema): current = schema
            case .unknown: return .unknown
            case .impossible(let reason):
                let place = path[..<index].joined(separator: ".")
                return .impossible(place.isEmpty ? reason : "in `\(place)`: \(reason)")
            }
        }
        return .known(current)
    }
}

/// Looks for one member or item in all schemas that hold for the same value.
private struct MemberSearch {
    let document: SchemaDocument
    let token: String
    /// The place in a list, when the token is one.
    let index: Int?
    private var stepsLeft = 2000

    init(document: SchemaDocument, token: String) {
        self.document = document
        self.token = token
        let isIndex = token == "0" || (!token.hasPrefix("0") && token.utf8.allSatisfy(URIReference.isDigit))
        index = isIndex ? Int(token) : nil
    }

    mutating func find(in node: SchemaNode) -> SchemaLookup {
        stepsLeft -= 1
        guard stepsLeft > 0 else { return .unknown }
        if node.rules.refusesEverything { return .impossible("no value is allowed there") }
        var all = [own(node)]
        if let target = document.target(of: node) { all.append(find(in: target)) }
        for part in node.rules.allOf { all.append(find(in: part)) }
        for alternatives in [node.rules.anyOf, node.rules.oneOf] where !alternatives.isEmpty {
            all.append(either(alternatives))
        }
        // All hold together, so what one refuses is refused.
        if let refusal = all.first(where: { if case .impossible = $0 { true } else { false } }) { return refusal }
        return combined(all.compactMap(\.schema), "allOf") ?? .unknown
    }

    /// One of the alternatives holds: those that have no such part can be left out, as long as one has it.
    private mutating func either(_ alternatives: [SchemaNode]) -> SchemaLookup {
        var found: [ValueSchema] = []
        var refusal: SchemaLookup?
        for alternative in alternatives {
            switch find(in: alternative) {
            case .unknown: return .unknown
            case .known(let schema): found.append(schema)
            case .impossible(let reason): refusal = refusal ?? .impossible(reason)
            }
        }
        return combined(found, "anyOf") ?? refusal ?? .unknown
    }

    /// One schema for several; they may be of different documents only when they are of a file, where one is enough.
    private func combined(_ schemas: [ValueSchema], _ keyword: String) -> SchemaLookup? {
        guard let first = schemas.first else { return nil }
        let same = schemas.filter { $0.document === document }
        guard same.count > 1 else { return .known(same.first ?? first) }
        if keyword == "anyOf", same.count < schemas.count { return .unknown }
        var rules = SchemaRules(json: .object([keyword: .array(same.map(\.json))]))
        if keyword == "allOf" { rules.allOf = same.map(\.node) } else { rules.anyOf = same.map(\.node) }
        return .known(ValueSchema(document: document, node: SchemaNode(rules)))
    }

    /// What the keywords of one schema say by themselves.
    private func own(_ node: SchemaNode) -> SchemaLookup {
        let types = node.rules.types
        let isAny = types.isEmpty
        var possible: [SchemaLookup] = []
        if types.contains(.file) || types.contains(.directory) { possible.append(fileMember()) }
        if isAny || types.contains(.object) { possible.append(member(of: node)) }
        if types.contains(.array) || (isAny && index != nil) { possible.append(item(of: node)) }
        guard !possible.isEmpty else { return .impossible("it is \(ValueType.shown(types)), which has no parts") }
        let known = possible.compactMap(\.schema)
        if known.count == 1, isAny || possible.count == 1 { return .known(known[0]) }
        let isOpen = possible.contains { if case .unknown = $0 { true } else { false } }
        if isOpen { return .unknown }
        return combined(known, "anyOf") ?? possible[0]
    }

    private func fileMember() -> SchemaLookup {
        if let member = Self.fileSchema.properties[token] { return .known(member) }
        return .impossible(
            "a file has no `\(token)`\(SchemaSummary.hint(token, among: Self.fileSchema.properties.names))"
        )
    }

    /// What ``FileValue`` is in JSON.
    private static let fileSchema = ValueSchema.decode(
        [
            "properties": [
                "file_id": ["type": "string"], "name": ["type": "string"], "mime_type": ["type": "string"],
                "file_size": ["type": "integer", "minimum": 0], "sha256": ["type": "string"],
            ]
        ],
        at: JSONPointer()
    ).schema

    private func member(of node: SchemaNode) -> SchemaLookup {
        var found: [SchemaNode] = []
        if let property = node.rules.properties[token] { found.append(property) }
        for (pattern, property) in node.rules.patternProperties {
            var work = 1_000_000
            guard let match = try? pattern.firstMatch(in: token, work: &work) else { continue }
            _ = match
            found.append(property)
        }
        if found.isEmpty {
            guard let additional = node.rules.additionalProperties else { return .unknown }
            guard document.resolved(additional).rules.refusesEverything else { return known(additional) }
            let names = node.rules.properties.names
            let hint = SchemaSummary.hint(token, among: names)
            let list = names.prefix(10).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
            let rest = hint.isEmpty && !names.isEmpty ? "; it has \(list)" : hint
            return .impossible("it has no member `\(token)`\(rest)")
        }
        if found.contains(where: { document.resolved($0).rules.refusesEverything }) {
            return .impossible("its member `\(token)` is not allowed")
        }
        return combined(found.map { ValueSchema(document: document, node: $0) }, "allOf") ?? .unknown
    }

    private func item(of node: SchemaNode) -> SchemaLookup {
        guard let index else {
            return .impossible("it is a list, whose parts are found by numbers from 0; `\(token)` is none")
        }
        if let limit = node.rules.maxItems, index >= limit {
            return .impossible("it has at most \(limit) \(limit == 1 ? "item" : "items")")
        }
        let first = node.rules.prefixItems
        if index < first.count { return known(first[index]) }
        guard let items = node.rules.items else { return .unknown }
        if document.resolved(items).rules.refusesEverything {
            return .impossible("it has at most \(first.count) \(first.count == 1 ? "item" : "items")")
        }
        return known(items)
    }

    private func known(_ node: SchemaNode) -> SchemaLookup {
        if document.resolved(node).rules.refusesEverything { return .impossible("no value is allowed there") }
        return .known(ValueSchema(document: document, node: node))
    }
}

extension SchemaLookup {
    fileprivate var schema: ValueSchema? {
        if case .known(let schema) = self { schema } else { nil }
    }
}
