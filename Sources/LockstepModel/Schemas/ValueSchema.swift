package import LockstepJSON

/// What values a variable may take: JSON Schema 2020-12 over the supported keywords, plus the types `file` and `directory`.
///
/// A schema knows the document it is part of, so its `$ref`s can be followed wherever it is handed to. A schema that is
/// nothing but a `$ref` answers as the one it leads to. Decoding is in `ValueSchema+Decoding.swift`, checking in
/// `ValueSchema+Validation.swift`.
package struct ValueSchema: Sendable {
    let document: SchemaDocument
    let node: SchemaNode

    init(document: SchemaDocument, node: SchemaNode) {
        self.document = document
        self.node = node
    }

    /// Reads a schema that is known to be right; without one, any value fits.
    package init(json: JSONValue = [:]) {
        self = Self.decode(json, at: JSONPointer()).schema
    }

    /// The schema with another value for a keyword, as a document of its own.
    private func replacing(_ keyword: SchemaKeyword, with value: JSONValue?) -> ValueSchema {
        var object = json.objectValue ?? JSONObject()
        object[keyword.rawValue] = value
        return ValueSchema(json: .object(object))
    }

    /// The node whose rules hold for values: where a schema that is nothing but a `$ref` leads.
    var effective: SchemaNode { document.resolved(node) }

    func sibling(_ node: SchemaNode) -> ValueSchema { ValueSchema(document: document, node: node) }
}

extension ValueSchema: Hashable {
    /// Two schemas are equal when they are written alike, and so are the documents that their references lead into.
    package static func == (one: ValueSchema, other: ValueSchema) -> Bool {
        one.json == other.json && (one.document.targets.isEmpty == other.document.targets.isEmpty)
            && (one.document.targets.isEmpty || one.document.root.rules.json == other.document.root.rules.json)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

extension ValueSchema {
    /// The schema as it was written.
    package var json: JSONValue { node.rules.json }
    package var title: String? { node.rules.title ?? effective.rules.title }
    package var description: String? { node.rules.description ?? effective.rules.description }
    package var defaultValue: JSONValue? { node.rules.defaultValue ?? effective.rules.defaultValue }

    /// `type`; empty means any.
    package var types: Set<ValueType> {
        get { effective.rules.types }
        set {
            let names = ValueType.allCases.filter(newValue.contains).map { JSONValue.string($0.rawValue) }
            self = replacing(.type, with: names.count > 1 ? .array(names) : names.first)
        }
    }
    package var enumeration: [JSONValue]? { effective.rules.enumeration?.values }
    package var constant: JSONValue? { effective.rules.constant }
    /// A number, as are the other limits.
    package var minimum: JSONValue? { effective.rules.minimum }
    package var maximum: JSONValue? { effective.rules.maximum }
    package var exclusiveMinimum: JSONValue? { effective.rules.exclusiveMinimum }
    package var exclusiveMaximum: JSONValue? { effective.rules.exclusiveMaximum }
    package var multipleOf: JSONValue? { effective.rules.multipleOf }
    package var minLength: Int? { effective.rules.minLength }
    package var maxLength: Int? { effective.rules.maxLength }
    package var pattern: Pattern? { effective.rules.pattern }
    package var format: TextFormat? { effective.rules.format }
    package var minItems: Int? { effective.rules.minItems }
    package var maxItems: Int? { effective.rules.maxItems }
    package var uniqueItems: Bool { effective.rules.uniqueItems }
    package var required: [String] { effective.rules.required }
    /// `false` as a whole schema, or as `additionalProperties`: no value is valid.
    package var refusesEverything: Bool { effective.rules.refusesEverything }
    /// `mime_types` of a file: `image/png`, or `image/*`.
    package var mimeTypes: [String] {
        get { effective.rules.mimeTypes }
        set { self = replacing(.mimeTypes, with: .array(newValue.map { .string($0) })) }
    }
    /// `max_size` of a file.
    package var maxSize: ByteCount? {
        get { effective.rules.maxSize }
        set { self = replacing(.maxSize, with: newValue.map { .integer($0.bytes) }) }
    }

    /// The schema of the items of an array; of those after ``prefixItems`` when there are such.
    package var items: Boxed<ValueSchema>? { effective.rules.items.map { Boxed(sibling($0)) } }
    package var prefixItems: [ValueSchema] { effective.rules.prefixItems.map(sibling) }
    package var additionalProperties: Boxed<ValueSchema>? {
        effective.rules.additionalProperties.map { Boxed(sibling($0)) }
    }
    package var properties: SchemaProperties { SchemaProperties(document: document, table: effective.rules.properties) }
    package var allOf: [ValueSchema] { effective.rules.allOf.map(sibling) }
    package var anyOf: [ValueSchema] { effective.rules.anyOf.map(sibling) }
    package var oneOf: [ValueSchema] { effective.rules.oneOf.map(sibling) }
    /// Where the `$ref` leads when other keywords stand beside it.
    package var referenced: ValueSchema? { document.target(of: effective).map(sibling) }

    /// The schemas directly inside this one as it is written, each with its place below it; `$defs` are not among them.
    package var inner: [(tokens: [String], schema: ValueSchema)] {
        node.places.map { (tokens: $0.tokens, schema: sibling($0.node)) }
    }

    /// Whether values of this schema are files in the asset store.
    package var isFile: Bool { types == [.file] }
    /// Whether values are lists of files.
    package var isFileList: Bool { types == [.array] && items?.value.isFile == true }
}

/// The members of an object that a schema names, in order, by names that are compared byte for byte.
package struct SchemaProperties: Sendable, Sequence {
    let document: SchemaDocument
    let table: MemberTable<SchemaNode>

    package var isEmpty: Bool { table.isEmpty }
    package var names: [String] { table.names }

    package subscript(name: String) -> ValueSchema? {
        table[name].map { ValueSchema(document: document, node: $0) }
    }

    package func makeIterator() -> some IteratorProtocol<(name: String, schema: ValueSchema)> {
        table.entries.lazy.map { [document] in (name: $0.name, schema: ValueSchema(document: document, node: $0.value))
        }
        .makeIterator()
    }
}

/// A value that may contain itself.
package struct Boxed<Value: Sendable & Hashable>: Sendable, Hashable {
    private let storage: [Value]

    package init(_ value: Value) {
        storage = [value]
    }

    package var value: Value { storage[0] }
}

/// One way in which a value does not fit its schema.
package struct SchemaViolation: Sendable, Hashable {
    /// Where in the value; the root for the value itself.
    package let pointer: JSONPointer
    /// For a person, without the variable's name: `must be one of basic, detailed, comprehensive; it is deep`.
    package let message: String

    package init(pointer: JSONPointer, message: String) {
        self.pointer = pointer
        self.message = message
    }
}
