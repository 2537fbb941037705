internal import LockstepJSON
internal import LockstepModel

/// Pieces that schemas of definition files are put together from.
enum SchemaPart {
    /// A schema document.
    ///
    /// - Parameter root: The schema of the whole file; `$ref`s in it lead into the definitions.
    static func document(_ title: String, _ root: JSONValue, definitions: JSONObject) -> JSONValue {
        var document: JSONObject = [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": .string(title),
            "$comment": "Made by `lockstep schema`; `lockstep schema --write` makes it anew.",
        ]
        for (name, value) in root.objectValue ?? JSONObject() { document[name] = value }
        document["definitions"] = .object(definitions)
        return .object(document)
    }

    /// A schema that is told of elsewhere. Draft 7 ignores what stands beside a `$ref`, so nothing does.
    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/definitions/\(name)")] }

    /// The same with words for whoever points at it.
    static func reference(_ name: String, _ about: String, default value: JSONValue? = nil) -> JSONValue {
        var object: JSONObject = ["description": .string(about), "allOf": [reference(name)]]
        object["default"] = value
        return .object(object)
    }

    // MARK: - Objects and lists

    /// An object that has no other members than these.
    static func object(_ about: String? = nil, _ members: JSONObject, required: [String] = []) -> JSONObject {
        var object: JSONObject = ["type": "object"]
        if let about { object["description"] = .string(about) }
        object["properties"] = .object(members)
        if !required.isEmpty { object["required"] = texts(required) }
        object["additionalProperties"] = false
        return object
    }

    /// An object whose names the author chooses.
    static func entries(_ about: String, names: JSONValue? = nil, _ value: JSONValue) -> JSONValue {
        var object: JSONObject = ["type": "object", "description": .string(about)]
        object["propertyNames"] = names
        object["additionalProperties"] = value
        return .object(object)
    }

    static func list(
        _ about: String? = nil,
        of items: JSONValue,
        atLeast least: Int = 0,
        atMost most: Int? = nil
    ) -> JSONValue {
        var object: JSONObject = ["type": "array"]
        if let about { object["description"] = .string(about) }
        object["items"] = items
        if least > 0 { object["minItems"] = .integer(Int64(least)) }
        if let most { object["maxItems"] = .integer(Int64(most)) }
        return .object(object)
    }

    // MARK: - Single values

    static func text(_ about: String, pattern: String? = nil, examples: [String] = []) -> JSONValue {
        var object: JSONObject = ["type": "string", "description": .string(about)]
        if let pattern { object["pattern"] = .string(pattern) }
        if !examples.isEmpty { object["examples"] = texts(examples) }
        return .object(object)
    }

    static func word(_ about: String? = nil, oneOf words: [String], default value: String? = nil) -> JSONValue {
        var object: JSONObject = ["type": "string"]
        if let about { object["description"] = .string(about) }
        object["enum"] = texts(words)
        if let value { object["default"] = .string(value) }
        return .object(object)
    }

    static func flag(_ about: String, default value: Bool) -> JSONValue {
        ["type": "boolean", "description": .string(about), "default": .bool(value)]
    }

    static func count(_ about: String, _ range: ClosedRange<Int64>, default value: Int? = nil) -> JSONValue {
        var object: JSONObject = [
            "type": "integer", "description": .string(about), "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound),
        ]
        if let value { object["default"] = .integer(Int64(value)) }
        return .object(object)
    }

    static func number(_ about: String, _ range: ClosedRange<Double>, default value: Double) -> JSONValue {
        [
            "type": "number", "description": .string(about), "minimum": plain(range.lowerBound),
            "maximum": plain(range.upperBound), "default": plain(value),
        ]
    }

    /// A whole number without a fraction that would only be noise.
    private static func plain(_ number: Double) -> JSONValue {
        Int64(exactly: number).map { .integer($0) } ?? .number(number)
    }

    static func texts(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }

    /// `if … then …`, for a place in `allOf`.
    static func rule(if condition: JSONValue, then consequence: JSONValue) -> JSONValue {
        ["if": condition, "then": consequence]
    }

    /// Objects that have a member.
    static func having(_ name: String) -> JSONValue { ["required": [.string(name)]] }

    /// Objects that have a member of just this value.
    static func having(_ name: String, _ value: JSONValue) -> JSONValue {
        ["properties": [name: ["const": value]], "required": [.string(name)]]
    }
}

extension JSONObject {
    /// The object with further members.
    func with(_ others: JSONObject) -> JSONObject {
        var result = self
        for (name, value) in others { result[name] = value }
        return result
    }

    /// As a schema, with rules about several members at once.
    func ruled(_ rules: [JSONValue]) -> JSONValue {
        .object(rules.isEmpty ? self : with(["allOf": .array(rules)]))
    }
}
