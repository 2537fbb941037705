internal import LockstepJSON
internal import LockstepModel

/// A value schema in the words of draft 7, for a place in the schema of a definition file.
///
/// It accepts whatever the value schema accepts. What draft 7 cannot say, and what other engines understand differently, is left out.
struct DraftSevenSchema {
    /// - Parameter name: Of the definition that the result becomes.
    static func json(of schema: ValueSchema, as name: String) -> JSONValue {
        let plain = schema.editorJSON(at: JSONPointer(["definitions", name]))
        return json(plain)
    }

    private static func json(_ schema: JSONValue) -> JSONValue {
        guard let source = schema.objectValue else { return schema }
        var result = JSONObject()
        for (name, value) in source {
            guard let keyword = SchemaKeyword(rawValue: name) else { continue }
            if let (name, value) = member(keyword, value, of: source) { result[name] = value }
        }
        dependencies(of: source, into: &result)
        guard let reference = result["$ref"] else { return .object(result) }
        // Draft 7 ignores what stands beside a `$ref`.
        result["$ref"] = nil
        let before = result["allOf"]?.arrayValue ?? []
        result["allOf"] = .array(before + [["$ref": reference]])
        return .object(result)
    }

    private static func member(
        _ keyword: SchemaKeyword,
        _ value: JSONValue,
        of schema: JSONObject
    ) -> (name: String, value: JSONValue)? {
        let same = { (value: JSONValue) in (keyword.rawValue, value) }
        switch keyword {
        case .definitions: return ("definitions", members(value))
        case .reference: return value.stringValue.map { same(.string(reference($0))) }
        case .items: return (schema["prefixItems"] == nil ? "items" : "additionalItems", json(value))
        case .prefixItems: return ("items", list(value))
        case .minContains, .maxContains, .dependentRequired, .dependentSchemas, .mimeTypes, .maxSize, .identifier,
            .anchor, .dialect:
            return nil
        case .contains: return schema["minContains"]?.integerValue == 0 ? nil : same(json(value))
        // A fraction is not exact in other engines.
        case .multipleOf: return value.integerValue.map { same(.integer($0)) }
        case .pattern: return isCommon(value.stringValue ?? "") ? same(value) : nil
        case .format: return nil
        case .patternProperties:
            let common = (value.objectValue ?? [:]).filter { isCommon($0.name) }
            return same(members(.object(JSONObject(common.map { ($0.name, $0.value) }))))
        case .additionalProperties:
            let patterns = schema["patternProperties"]?.objectValue?.names ?? []
            return patterns.allSatisfy(isCommon) ? same(json(value)) : nil
        case .propertyNames, .then, .otherwise: return same(json(value))
        case .condition: return isExact(value) ? same(json(value)) : nil
        case .not: return isExact(value) ? same(json(value)) : nil
        case .allOf, .anyOf: return same(list(value))
        case .oneOf:
            if (value.arrayValue ?? []).allSatisfy(isExact) { return same(list(value)) }
            return schema["anyOf"] == nil ? ("anyOf", list(value)) : nil
        case .properties: return same(members(value))
        default: return same(value)
        }
    }

    private static func list(_ value: JSONValue) -> JSONValue { .array((value.arrayValue ?? []).map(json)) }

    private static func members(_ value: JSONValue) -> JSONValue {
        .object(JSONObject((value.objectValue ?? [:]).map { ($0.name, json($0.value)) }))
    }

    private static func dependencies(of source: JSONObject, into result: inout JSONObject) {
        var all = source["dependentRequired"]?.objectValue ?? JSONObject()
        for (name, value) in source["dependentSchemas"]?.objectValue ?? [:] {
            let schema = json(value)
            all[name] = all[name].map { ["allOf": [["required": $0], schema]] } ?? schema
            if let names = source["dependentRequired"]?[name] { all[name] = ["required": names, "allOf": [schema]] }
        }
        if !all.isEmpty { result["dependencies"] = .object(all) }
    }

    /// References that ``ValueSchema/editorJSON(at:)`` has made lead into `$defs` of the same schema.
    private static func reference(_ text: String) -> String {
        guard let range = text.lastRange(of: "/$defs/part_") else { return text }
        return text[..<range.lowerBound] + "/definitions/part_" + text[range.upperBound...]
    }

    // MARK: - What others understand alike

    /// Whether nothing of a schema, or of those in it, is left out: a schema that is negated must not become wider.
    private static func isExact(_ schema: JSONValue) -> Bool {
        switch schema {
        case .array(let items): return items.allSatisfy(isExact)
        case .object(let object):
            let lost: [SchemaKeyword] = [
                .pattern, .patternProperties, .format, .minContains, .maxContains, .multipleOf, .reference, .oneOf,
                .not, .condition,
            ]
            return !lost.contains { object.contains($0.rawValue) } && object.allSatisfy { isExact($0.value) }
        default: return true
        }
    }

    /// Whether a regular expression means the same to PCRE2 and to the engines of editors; those that may not are left out.
    static func isCommon(_ pattern: String) -> Bool {
        var rest = Substring(pattern)
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                guard let escaped = rest.popFirst() else { return false }
                // `\d` and its like are about all of Unicode here, and about ASCII elsewhere.
                if ".\\/-^$[](){}*+?|nrt\"'".contains(escaped) { continue }
                return false
            case "(" where rest.first == "?":
                rest.removeFirst()
                guard let kind = rest.popFirst(), ":=!".contains(kind) else { return false }
            case "*", "+", "?", "}":
                if rest.first == "+" { return false }
            case "[":
                if rest.first == ":" || rest.first == "]" || rest.hasPrefix("^]") || rest.first == "[" { return false }
            case _ where !character.isASCII: return false
            default: continue
            }
        }
        return true
    }
}

extension String {
    /// The last place of a text in this one.
    fileprivate func lastRange(of part: String) -> Range<String.Index>? {
        var found: Range<String.Index>?
        var start = startIndex
        while let range = self[start...].firstRange(of: part) {
            found = range
            start = range.upperBound
        }
        return found
    }
}
