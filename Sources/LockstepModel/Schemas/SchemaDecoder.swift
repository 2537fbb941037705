internal import LockstepJSON

/// Reads a schema document, and notes everything that is wrong with it.
struct SchemaDecoder {
    var problems: [SyntaxProblem] = []
    var references: SchemaReferences
    private var depth = 0

    /// Schemas inside schemas; a definition file does not nest as deep.
    private static let maximumDepth = 256

    init(place: JSONPointer) {
        references = SchemaReferences(root: place)
    }

    mutating func schema(_ json: JSONValue, at pointer: JSONPointer) -> SchemaNode {
        var rules = SchemaRules(json: json)
        depth += 1
        defer { depth -= 1 }
        let base = references.base
        defer { references.base = base }
        if depth > Self.maximumDepth {
            note(pointer, "the schema is nested deeper than \(Self.maximumDepth); name parts of it under `$defs`")
            return SchemaNode(rules)
        }
        switch json {
        case .bool(let isAllowed): rules.refusesEverything = !isAllowed
        case .object(let object): read(object, at: pointer, into: &rules)
        default: note(pointer, "a schema must be an object or a boolean; it is \(json.shown)")
        }
        let node = SchemaNode(rules)
        references.add(node, at: pointer)
        return node
    }

    private mutating func read(_ object: JSONObject, at pointer: JSONPointer, into rules: inout SchemaRules) {
        // First, because all references below are meant relative to it.
        if let value = object["$id"] { identify(value, at: pointer) }
        var isOnlyReference = object.contains("$ref")
        for (name, value) in object {
            let place = pointer.appending(name)
            guard let keyword = SchemaKeyword(rawValue: name) else {
                refuse(name, at: place)
                continue
            }
            if keyword != .reference, !keyword.isAnnotation { isOnlyReference = false }
            read(keyword, value, at: place, into: &rules)
        }
        rules.isOnlyReference = isOnlyReference
        checkFileKeywords(of: rules, object, at: pointer)
    }

    mutating func note(_ pointer: JSONPointer, _ message: String) {
        problems.append(SyntaxProblem(pointer: pointer, message: message))
    }

    private mutating func read(
        _ keyword: SchemaKeyword,
        _ value: JSONValue,
        at pointer: JSONPointer,
        into rules: inout SchemaRules
    ) {
        let name = keyword.rawValue
        switch keyword {
        case .type: rules.types = types(value, at: pointer)
        case .enumeration: rules.enumeration = enumeration(value, at: pointer)
        case .const: rules.constant = value
        case .minimum: rules.minimum = number(value, name, at: pointer)
        case .maximum: rules.maximum = number(value, name, at: pointer)
        case .exclusiveMinimum: rules.exclusiveMinimum = number(value, name, at: pointer)
        case .exclusiveMaximum: rules.exclusiveMaximum = number(value, name, at: pointer)
        case .multipleOf: rules.multipleOf = divisor(value, at: pointer)
        case .minLength: rules.minLength = count(value, name, at: pointer)
        case .maxLength: rules.maxLength = count(value, name, at: pointer)
        case .pattern: rules.pattern = text(value, name, at: pointer).flatMap { pattern($0, at: pointer) }
        case .format: rules.format = format(value, at: pointer)
        case .items: rules.items = items(value, at: pointer)
        case .prefixItems: rules.prefixItems = schemas(value, name, at: pointer)
        case .minItems: rules.minItems = count(value, name, at: pointer)
        case .maxItems: rules.maxItems = count(value, name, at: pointer)
        case .uniqueItems: rules.uniqueItems = flag(value, name, at: pointer)
        case .contains: rules.contains = schema(value, at: pointer)
        case .minContains: rules.minContains = count(value, name, at: pointer)
        case .maxContains: rules.maxContains = count(value, name, at: pointer)
        case .properties: rules.properties = members(value, name, at: pointer)
        case .required: rules.required = names(value, name, at: pointer)
        case .additionalProperties: rules.additionalProperties = schema(value, at: pointer)
        case .patternProperties: rules.patternProperties = patternProperties(value, at: pointer)
        case .propertyNames: rules.propertyNames = schema(value, at: pointer)
        case .dependentRequired: rules.dependentRequired = dependentRequired(value, at: pointer)
        case .dependentSchemas: rules.dependentSchemas = members(value, name, at: pointer)
        case .minProperties: rules.minProperties = count(value, name, at: pointer)
        case .maxProperties: rules.maxProperties = count(value, name, at: pointer)
        case .allOf: rules.allOf = schemas(value, name, at: pointer)
        case .anyOf: rules.anyOf = schemas(value, name, at: pointer)
        case .oneOf: rules.oneOf = schemas(value, name, at: pointer)
        case .not: rules.not = schema(value, at: pointer)
        case .condition: rules.condition = schema(value, at: pointer)
        case .then: rules.then = schema(value, at: pointer)
        case .otherwise: rules.otherwise = schema(value, at: pointer)
        case .reference: rules.reference = reference(value, at: pointer)
        case .definitions: _ = members(value, name, at: pointer)
        case .identifier: break
        case .anchor: anchor(value, at: pointer)
        case .dialect: dialect(value, at: pointer)
        case .comment: _ = text(value, name, at: pointer)
        case .title: rules.title = text(value, name, at: pointer)
        case .description: rules.description = text(value, name, at: pointer)
        case .defaultValue: rules.defaultValue = value
        case .examples:
            if value.arrayValue == nil { note(pointer, "examples must be a list; it is \(value.shown)") }
        case .mimeTypes: rules.mimeTypes = mimeTypes(value, at: pointer)
        case .maxSize: rules.maxSize = size(value, at: pointer)
        }
    }

    private mutating func refuse(_ name: String, at pointer: JSONPointer) {
        if let remedy = SchemaKeyword.refused[name] {
            let message = "`\(name)` is not supported; \(remedy)"
            problems.append(SyntaxProblem(pointer: pointer, concernsName: true, message: message))
            return
        }
        let nearest = EditDistance.nearest(to: name, among: SchemaKeyword.allCases.map(\.rawValue))
        let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
        let message = "`\(name)` is not a keyword of value schemas\(hint)"
        problems.append(SyntaxProblem(pointer: pointer, concernsName: true, message: message, suggestion: nearest))
    }

    private mutating func checkFileKeywords(of rules: SchemaRules, _ object: JSONObject, at pointer: JSONPointer) {
        guard !rules.types.contains(.file), !rules.types.contains(.directory) else { return }
        for keyword in [SchemaKeyword.mimeTypes, .maxSize] where object.contains(keyword.rawValue) {
            let message = "\(keyword.rawValue) is for files only; add `type: file`"
            problems.append(
                SyntaxProblem(pointer: pointer.appending(keyword.rawValue), concernsName: true, message: message)
            )
        }
    }
}
