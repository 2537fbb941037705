/// The keywords of value schemas, and those of JSON Schema that this version does not have.
enum SchemaKeyword: String, CaseIterable {
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
    case items
    case minItems
    case maxItems
    case uniqueItems
    case properties
    case required
    case additionalProperties
    case title
    case description
    case defaultValue = "default"
    case examples
    case mimeTypes = "mime_types"
    case maxSize = "max_size"

    /// Keywords of JSON Schema 2020-12 and older drafts that are refused by name instead of being ignored.
    static let unsupported: Set<String> = [
        "$anchor", "$comment", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveAnchor", "$recursiveRef",
        "$ref",
        "$schema", "$vocabulary", "additionalItems", "allOf", "anyOf", "contains", "contentEncoding",
        "contentMediaType",
        "contentSchema", "definitions", "dependencies", "dependentRequired", "dependentSchemas", "deprecated", "else",
        "format", "if", "maxContains", "maxProperties", "minContains", "minProperties", "not", "oneOf",
        "patternProperties", "prefixItems", "propertyNames", "readOnly", "then", "unevaluatedItems",
        "unevaluatedProperties", "writeOnly",
    ]
}
