/// The keywords of value schemas.
package enum SchemaKeyword: String, CaseIterable, Sendable {
    case type
    case enumeration = "enum"
    case const
    case minimum
    case maximum
    case exclusiveMinimum
    case exclusiveMaximum
    case multipleOf
    case minLength
    case maxLength
    case pattern
    case format
    case items
    case prefixItems
    case minItems
    case maxItems
    case uniqueItems
    case contains
    case minContains
    case maxContains
    case properties
    case required
    case additionalProperties
    case patternProperties
    case propertyNames
    case dependentRequired
    case dependentSchemas
    case minProperties
    case maxProperties
    case allOf
    case anyOf
    case oneOf
    case not
    case condition = "if"
    case then
    case otherwise = "else"
    case reference = "$ref"
    case definitions = "$defs"
    case identifier = "$id"
    case anchor = "$anchor"
    case dialect = "$schema"
    case comment = "$comment"
    case title
    case description
    case defaultValue = "default"
    case examples
    case mimeTypes = "mime_types"
    case maxSize = "max_size"

    /// Whether the keyword says something about a schema and nothing about values.
    var isAnnotation: Bool {
        switch self {
        case .definitions, .identifier, .anchor, .dialect, .comment, .title, .description, .defaultValue, .examples:
            true
        default: false
        }
    }

    /// Keywords of JSON Schema 2020-12 and older drafts that are refused by name, with what to do instead.
    package static let refused: [String: String] = [
        "$dynamicAnchor": "write `$anchor` and `$ref`",
        "$dynamicRef": "write `$ref`",
        "$recursiveAnchor": "write `$anchor` and `$ref`",
        "$recursiveRef": "write `$ref`",
        "$vocabulary": "leave it out; the keywords are always the same",
        "additionalItems": "write the first items under `prefixItems` and the rest under `items`",
        "contentEncoding": "leave it out, and say in `description` how the text is encoded",
        "contentMediaType": "use `type: file` with `mime_types`, or say it in `description`",
        "contentSchema": "give the value as JSON instead of text, and put its schema here",
        "definitions": "write `$defs`",
        "dependencies": "write `dependentRequired` for names and `dependentSchemas` for schemas",
        "deprecated": "leave it out, and say it in `description`",
        "id": "write `$id`",
        "readOnly": "leave it out, and say it in `description`",
        "unevaluatedItems": "write `items: false` beside `prefixItems` in the same schema",
        "unevaluatedProperties": "write `additionalProperties` in the schema that lists all `properties`",
        "writeOnly": "leave it out, and say it in `description`",
    ]
}
