internal import LockstepJSON
internal import LockstepModel

/// What `schema:` of parameters, outputs and input variables may be: the supported keywords of JSON Schema 2020-12, `file` and
/// `directory`.
enum ValueSchemaPart {
    static var definition: JSONValue {
        // A member `$id` is taken for the schema's own by some readers, wherever it stands.
        let members = SchemaKeyword.allCases.filter { $0 != .identifier }.map { ($0.rawValue, keyword($0)) }
        return [
            "type": ["object", "boolean"], "properties": .object(JSONObject(members)),
            "patternProperties": ["^\\$id$": keyword(.identifier)], "additionalProperties": false,
            "dependencies": ["mime_types": forFiles, "max_size": forFiles],
        ]
    }

    /// Schemas whose type is, or may be, a file or a folder.
    private static let forFiles: JSONValue = {
        let paths: JSONValue = ["enum": ["file", "directory"]]
        return [
            "properties": ["type": ["anyOf": [paths, ["type": "array", "contains": paths]]]], "required": ["type"],
        ]
    }()

    private static func keyword(_ keyword: SchemaKeyword) -> JSONValue {
        let schema = SchemaPart.reference("schema")
        switch keyword {
        case .type: return type
        case .enumeration: return about("The values that there are.", ["type": "array"])
        case .const: return about("The one value that there is.", [:])
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum: return ["type": "number"]
        case .multipleOf: return ["type": "number", "exclusiveMinimum": 0]
        case .minLength, .maxLength, .minItems, .maxItems, .minContains, .maxContains, .minProperties, .maxProperties:
            return ["type": "integer", "minimum": 0]
        case .pattern: return about("A regular expression that is found in the text.", ["type": "string"])
        case .format: return SchemaPart.word("What the text looks like.", oneOf: TextFormat.allCases.map(\.rawValue))
        case .items, .contains, .additionalProperties, .propertyNames, .not, .condition, .then, .otherwise:
            return schema
        case .prefixItems, .allOf, .anyOf, .oneOf: return SchemaPart.list(of: schema, atLeast: 1)
        case .properties, .patternProperties, .dependentSchemas, .definitions:
            return ["type": "object", "additionalProperties": schema]
        case .uniqueItems: return ["type": "boolean"]
        case .required: return SchemaPart.list("Members that must be there.", of: ["type": "string"])
        case .dependentRequired:
            return ["type": "object", "additionalProperties": ["type": "array", "items": ["type": "string"]]]
        case .reference: return about("Another schema of this document, such as `#/$defs/page`.", ["type": "string"])
        case .identifier, .comment, .title, .description: return ["type": "string"]
        case .anchor: return ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9._-]*$"]
        case .dialect:
            let own = "https://json-schema.org/draft/2020-12/schema"
            return ["enum": [.string(own), .string(own + "#")]]
        case .defaultValue: return [:]
        case .examples: return ["type": "array"]
        case .mimeTypes:
            return SchemaPart.list(
                "What kinds of file are allowed, by their content.",
                of: [
                    "type": "string", "pattern": "^[!-.0-:<-~]+/[!-.0-:<-~]+$",
                    "examples": ["application/pdf", "image/*", "text/plain"],
                ]
            )
        case .maxSize:
            return [
                "description": "How large a file may be.",
                "anyOf": [
                    ["type": "string", "pattern": "^[0-9]+(?:[kMGT]?B|[KMGT]iB)?$", "examples": ["512KiB", "10MB"]],
                    ["type": "integer", "minimum": 0],
                ],
            ]
        }
    }

    private static func about(_ text: String, _ schema: JSONObject) -> JSONValue {
        .object((["description": .string(text)] as JSONObject).with(schema))
    }

    private static let type: JSONValue = {
        let name = SchemaPart.word(oneOf: ValueType.allCases.map(\.rawValue))
        return [
            "description": "What the value is; `file` and `directory` are kept as assets.",
            "anyOf": [name, ["type": "array", "items": name, "minItems": 1, "uniqueItems": true]],
        ]
    }()
}
