package import LockstepJSON

extension ValueSchema {
    /// The schema as plain JSON Schema 2020-12, for editors: in a definition a file or a folder is written as its path.
    ///
    /// `file` and `directory` become `string`; `mime_types` and `max_size` go. What `$ref`s lead to is gathered under `$defs` of
    /// the result, since `#` means another document there. A rule that would be wrong for paths is left out, so the result accepts
    /// every value that is right, and perhaps some that are not.
    ///
    /// - Parameter place: Where the result will stand in the document that it becomes part of.
    package func editorJSON(at place: JSONPointer = JSONPointer()) -> JSONValue {
        var writer = EditorSchemaWriter(document: document, place: place)
        let json = writer.json(of: node)
        guard var object = json.objectValue else { return json }
        let definitions = writer.definitions()
        if !definitions.isEmpty { object["$defs"] = .object(definitions) }
        return .object(object)
    }
}

private struct EditorSchemaWriter {
    let document: SchemaDocument
    let place: JSONPointer
    /// The schemas that references lead to, with the names that they get.
    private var names: [ObjectIdentifier: String] = [:]
    private var waiting: [(name: String, node: SchemaNode)] = []

    init(document: SchemaDocument, place: JSONPointer) {
        self.document = document
        self.place = place
    }

    mutating func json(of node: SchemaNode) -> JSONValue {
        guard let source = node.rules.json.objectValue else { return node.rules.json }
        var result = JSONObject()
        for (name, value) in source {
            guard let keyword = SchemaKeyword(rawValue: name) else { continue }
            if let value = json(of: keyword, value, in: node) { result[Self.name(of: keyword, in: node, self)] = value }
        }
        return .object(result)
    }

    /// Writes what references lead to, and what references in there lead to.
    mutating func definitions() -> JSONObject {
        var result = JSONObject()
        while let (name, node) = waiting.popLast() { result[name] = json(of: node) }
        return result
    }

    /// Alternatives that differ only as files, folders and texts do are all texts here, so that more than one fits.
    private static func name(of keyword: SchemaKeyword, in node: SchemaNode, _ writer: Self) -> String {
        let isBlurred = keyword == .oneOf && node.rules.oneOf.contains { writer.mentionsFile($0) }
        return isBlurred && node.rules.anyOf.isEmpty ? "anyOf" : keyword.rawValue
    }

    /// The value of a keyword; nil when the keyword is left out.
    private mutating func json(of keyword: SchemaKeyword, _ value: JSONValue, in node: SchemaNode) -> JSONValue? {
        let rules = node.rules
        let isPath = rules.types.contains(.file) || rules.types.contains(.directory)
        switch keyword {
        case .mimeTypes, .maxSize, .identifier, .anchor, .dialect, .definitions: return nil
        case .type: return types(value)
        case .minLength, .maxLength, .pattern, .format: return isPath && !rules.types.contains(.string) ? nil : value
        // Values of files are objects, which stand in no definition.
        case .enumeration, .const: return isPath ? nil : value
        case .items: return rules.items.map { json(of: $0) }
        case .additionalProperties: return rules.additionalProperties.map { json(of: $0) }
        case .propertyNames: return rules.propertyNames.map { json(of: $0) }
        case .contains: return rules.contains.map { json(of: $0) }
        case .maxContains: return rules.contains.map { mentionsFile($0) } == true ? nil : value
        case .prefixItems: return list(rules.prefixItems)
        case .allOf: return list(rules.allOf)
        case .anyOf: return list(rules.anyOf)
        case .oneOf:
            let isBlurred = rules.oneOf.contains { mentionsFile($0) }
            return isBlurred && !rules.anyOf.isEmpty ? nil : list(rules.oneOf)
        case .not: return rules.not.flatMap { mentionsFile($0) ? nil : json(of: $0) }
        case .condition, .then, .otherwise:
            guard let condition = rules.condition, !mentionsFile(condition) else { return nil }
            let part = keyword == .condition ? condition : keyword == .then ? rules.then : rules.otherwise
            return part.map { json(of: $0) }
        case .properties: return members(rules.properties.entries)
        case .dependentSchemas: return members(rules.dependentSchemas.entries)
        case .patternProperties: return members(rules.patternProperties.map { ($0.pattern.source, $0.node) })
        case .reference: return document.target(of: node).map { .string(reference(to: $0)) }
        default: return value
        }
    }

    private mutating func list(_ nodes: [SchemaNode]) -> JSONValue {
        var items: [JSONValue] = []
        for node in nodes { items.append(json(of: node)) }
        return .array(items)
    }

    private mutating func members(_ entries: [(name: String, value: SchemaNode)]) -> JSONValue {
        var object = JSONObject()
        for (name, node) in entries { object[name] = json(of: node) }
        return .object(object)
    }

    private func types(_ value: JSONValue) -> JSONValue {
        let plain = { (item: JSONValue) -> JSONValue in item == "file" || item == "directory" ? "string" : item }
        guard let items = value.arrayValue else { return plain(value) }
        var seen: [JSONValue] = []
        for item in items.map(plain) where !seen.contains(item) { seen.append(item) }
        return seen.count == 1 ? seen[0] : .array(seen)
    }

    private mutating func reference(to target: SchemaNode) -> String {
        if names[ObjectIdentifier(target)] == nil {
            let name = "part_\(names.count + 1)"
            names[ObjectIdentifier(target)] = name
            waiting.append((name, target))
        }
        let pointer = place.appending("$defs").appending(names[ObjectIdentifier(target)] ?? "")
        return "#" + Self.escaped(pointer.description)
    }

    /// As a fragment of a URI.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var result = ""
        for byte in text.utf8 {
            if URIReference.isLetter(byte) || URIReference.isDigit(byte) || "-._~!$&'()*+,;=:@/?".utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result.unicodeScalars.append(contentsOf: ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return result
    }

    /// Whether a schema, or one that it uses, tells files or folders from other values.
    private func mentionsFile(_ node: SchemaNode) -> Bool {
        var seen: Set<ObjectIdentifier> = []
        var stack = [node]
        while let node = stack.popLast() {
            guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
            if node.rules.types.contains(.file) || node.rules.types.contains(.directory) { return true }
            stack += node.children
            if let target = document.target(of: node) { stack.append(target) }
        }
        return false
    }
}
