package import LockstepJSON

/// One thing that is wrong with a schema as it was written.
package struct SchemaProblem: Sendable, Hashable {
    /// Where in the document that the schema is part of.
    package let pointer: JSONPointer
    /// Whether the member's name is wrong, not its value.
    package let concernsName: Bool
    package let message: String
    /// The right spelling, when one is near.
    package let suggestion: String?

    package init(pointer: JSONPointer, concernsName: Bool = false, message: String, suggestion: String? = nil) {
        self.pointer = pointer
        self.concernsName = concernsName
        self.message = message
        self.suggestion = suggestion
    }
}

/// Everything that is wrong with a schema, in the order it was written.
package struct InvalidSchema: Error, Sendable, Hashable {
    package let problems: [SchemaProblem]
}

extension ValueSchema {
    /// Reads a schema, all or nothing.
    ///
    /// - Parameter pointer: Where the schema stands in its document; problems carry pointers below it.
    package init(decoding json: JSONValue, at pointer: JSONPointer = JSONPointer()) throws(InvalidSchema) {
        let (schema, problems) = Self.decode(json, at: pointer)
        guard problems.isEmpty else { throw InvalidSchema(problems: problems) }
        self = schema
    }

    /// Reads a schema and says what is wrong with it; what is wrong is left out of the schema.
    package static func decode(
        _ json: JSONValue,
        at pointer: JSONPointer
    ) -> (schema: ValueSchema, problems: [SchemaProblem]) {
        var decoder = SchemaDecoder()
        let schema = decoder.schema(json, at: pointer)
        return (schema, decoder.problems)
    }
}

private struct SchemaDecoder {
    var problems: [SchemaProblem] = []

    mutating func schema(_ json: JSONValue, at pointer: JSONPointer) -> ValueSchema {
        var schema = ValueSchema(json: json)
        switch json {
        case .bool(let isAllowed): schema.refusesEverything = !isAllowed
        case .object(let object):
            for (name, value) in object {
                read(name, value, at: pointer.appending(name), into: &schema)
            }
            checkFileKeywords(of: schema, object, at: pointer)
        default: note(pointer, "a schema must be an object or a boolean; it is \(json.shown)")
        }
        return schema
    }

    private mutating func note(_ pointer: JSONPointer, _ message: String) {
        problems.append(SchemaProblem(pointer: pointer, message: message))
    }

    private mutating func read(
        _ name: String,
        _ value: JSONValue,
        at pointer: JSONPointer,
        into schema: inout ValueSchema
    ) {
        guard let keyword = SchemaKeyword(rawValue: name) else { return refuse(name, at: pointer) }
        switch keyword {
        case .type: schema.types = types(value, at: pointer)
        case .enumeration: schema.enumeration = enumeration(value, at: pointer)
        case .const: schema.constant = value
        case .minimum: schema.minimum = number(value, name, at: pointer)
        case .maximum: schema.maximum = number(value, name, at: pointer)
        case .exclusiveMinimum: schema.exclusiveMinimum = number(value, name, at: pointer)
        case .exclusiveMaximum: schema.exclusiveMaximum = number(value, name, at: pointer)
        case .multipleOf:
            schema.multipleOf = number(value, name, at: pointer)
            if let divisor = schema.multipleOf, divisor <= 0 {
                schema.multipleOf = nil
                note(pointer, "multipleOf must be above 0; it is \(value.shown)")
            }
        case .minLength: schema.minLength = count(value, name, at: pointer)
        case .maxLength: schema.maxLength = count(value, name, at: pointer)
        case .minItems: schema.minItems = count(value, name, at: pointer)
        case .maxItems: schema.maxItems = count(value, name, at: pointer)
        case .uniqueItems: schema.uniqueItems = flag(value, name, at: pointer)
        case .pattern: schema.pattern = pattern(value, at: pointer)
        case .items: schema.items = Boxed(self.schema(value, at: pointer))
        case .additionalProperties: schema.additionalProperties = Boxed(self.schema(value, at: pointer))
        case .properties: schema.properties = properties(value, at: pointer)
        case .required: schema.required = names(value, name, at: pointer)
        case .title: schema.title = text(value, name, at: pointer)
        case .description: schema.description = text(value, name, at: pointer)
        case .defaultValue: schema.defaultValue = value
        case .examples:
            if value.arrayValue == nil { note(pointer, "examples must be a list; it is \(value.shown)") }
        case .mimeTypes: schema.mimeTypes = mimeTypes(value, at: pointer)
        case .maxSize: schema.maxSize = size(value, at: pointer)
        }
    }

    private mutating func refuse(_ name: String, at pointer: JSONPointer) {
        if SchemaKeyword.unsupported.contains(name) {
            let message = "`\(name)` is not supported in this version"
            problems.append(SchemaProblem(pointer: pointer, concernsName: true, message: message))
            return
        }
        let nearest = EditDistance.nearest(to: name, among: SchemaKeyword.allCases.map(\.rawValue))
        let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
        let message = "`\(name)` is not a keyword of value schemas\(hint)"
        problems.append(SchemaProblem(pointer: pointer, concernsName: true, message: message, suggestion: nearest))
    }

    private mutating func types(_ value: JSONValue, at pointer: JSONPointer) -> Set<ValueType> {
        let items: [(JSONValue, JSONPointer)]
        if let list = value.arrayValue {
            items = list.enumerated().map { ($1, pointer.appending($0)) }
            if list.isEmpty { note(pointer, "type must name at least one type") }
        } else {
            items = [(value, pointer)]
        }
        var types: Set<ValueType> = []
        for (item, place) in items {
            guard let name = item.stringValue else {
                note(place, "type must be a name or a list of names; it is \(item.shown)")
                continue
            }
            guard let type = ValueType(rawValue: name) else {
                let all = ValueType.allCases.map(\.rawValue)
                let nearest = Self.otherNames[name] ?? EditDistance.nearest(to: name, among: all)
                let hint = nearest.map { "did you mean `\($0)`?" } ?? "the types are \(all.joined(separator: ", "))"
                let message = "there is no type `\(name)`; \(hint)"
                problems.append(SchemaProblem(pointer: place, message: message, suggestion: nearest))
                continue
            }
            if !types.insert(type).inserted { note(place, "the type `\(name)` is named twice") }
        }
        return types
    }

    /// What other languages call the types.
    private static let otherNames = [
        "bool": "boolean", "dict": "object", "double": "number", "float": "number", "folder": "directory",
        "int": "integer",
        "list": "array", "map": "object", "str": "string", "text": "string",
    ]

    private mutating func enumeration(_ value: JSONValue, at pointer: JSONPointer) -> [JSONValue]? {
        guard let list = value.arrayValue else {
            note(pointer, "enum must be a list; it is \(value.shown)")
            return nil
        }
        if list.isEmpty { note(pointer, "enum must have at least one value, or no value would ever fit") }
        return list
    }

    private mutating func number(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> Double? {
        if value.doubleValue == nil { note(pointer, "\(name) must be a number; it is \(value.shown)") }
        return value.doubleValue
    }

    private mutating func count(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> Int? {
        guard let whole = value.integerValue, whole >= 0 else {
            note(pointer, "\(name) must be a whole number from 0 up; it is \(value.shown)")
            return nil
        }
        return Int(whole)
    }

    private mutating func flag(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> Bool {
        if value.boolValue == nil { note(pointer, "\(name) must be true or false; it is \(value.shown)") }
        return value.boolValue ?? false
    }

    private mutating func text(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> String? {
        if value.stringValue == nil { note(pointer, "\(name) must be text; it is \(value.shown)") }
        return value.stringValue
    }

    private mutating func names(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> [String] {
        guard let list = value.arrayValue else {
            note(pointer, "\(name) must be a list of names; it is \(value.shown)")
            return []
        }
        return list.enumerated().compactMap { index, item in
            text(item, "an item of \(name)", at: pointer.appending(index))
        }
    }

    private mutating func pattern(_ value: JSONValue, at pointer: JSONPointer) -> Pattern? {
        guard let source = text(value, "pattern", at: pointer) else { return nil }
        do {
            return try Pattern(source)
        } catch {
            note(pointer, "the pattern cannot be read: \(error)")
            return nil
        }
    }

    private mutating func properties(_ value: JSONValue, at pointer: JSONPointer) -> [String: ValueSchema] {
        guard let object = value.objectValue else {
            note(pointer, "properties must be an object of schemas; it is \(value.shown)")
            return [:]
        }
        var properties: [String: ValueSchema] = [:]
        for (name, value) in object {
            let place = pointer.appending(name)
            let schema = schema(value, at: place)
            if properties.updateValue(schema, forKey: name) != nil {
                let message = "two properties are called `\(name)`; they differ only in how accents are encoded"
                problems.append(SchemaProblem(pointer: place, concernsName: true, message: message))
            }
        }
        return properties
    }

    private mutating func mimeTypes(_ value: JSONValue, at pointer: JSONPointer) -> [String] {
        var types: [String] = []
        for (index, name) in names(value, "mime_types", at: pointer).enumerated() {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            let isValid =
                parts.count == 2
                && parts.allSatisfy { part in
                    !part.isEmpty && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") }
                }
            if isValid {
                types.append(name.lowercased())
            } else {
                note(
                    pointer.appending(index),
                    "a MIME type is written as `application/pdf` or `image/*`; it is \"\(name)\""
                )
            }
        }
        return types
    }

    private mutating func size(_ value: JSONValue, at pointer: JSONPointer) -> ByteCount? {
        let size =
            value.stringValue.flatMap { ByteCount(parsing: $0) }
            ?? (value.stringValue == nil ? value.integerValue.flatMap { $0 >= 0 ? ByteCount($0) : nil } : nil)
        if size == nil { note(pointer, "max_size is written as `512KiB` or `10MB`; it is \(value.shown)") }
        return size
    }

    private mutating func checkFileKeywords(of schema: ValueSchema, _ object: JSONObject, at pointer: JSONPointer) {
        guard !schema.types.contains(.file), !schema.types.contains(.directory) else { return }
        for keyword in [SchemaKeyword.mimeTypes, .maxSize] where object.contains(keyword.rawValue) {
            let message = "\(keyword.rawValue) is for files only; add `type: file`"
            problems.append(
                SchemaProblem(pointer: pointer.appending(keyword.rawValue), concernsName: true, message: message)
            )
        }
    }
}
