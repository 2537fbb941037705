internal import LockstepJSON

/// One schema of a document as it was decoded, with the schemas inside it.
///
/// A class, so that a schema is handed on without copying its rules. A `$ref` is a number, looked up in the ``SchemaDocument``:
/// a node that held its target could hold itself.
final class SchemaNode: Sendable {
    let rules: SchemaRules

    init(_ rules: SchemaRules) {
        self.rules = rules
    }
}

extension SchemaNode {
    /// The schemas directly inside this one; `$defs` and what `$ref` leads to are none of them.
    var children: [SchemaNode] { places.map(\.node) }

    /// The same, each with the keyword and the name or number below it.
    var places: [(tokens: [String], node: SchemaNode)] {
        var all: [(tokens: [String], node: SchemaNode)] = []
        func add(_ keyword: SchemaKeyword, _ node: SchemaNode?) {
            if let node { all.append(([keyword.rawValue], node)) }
        }
        func add(_ keyword: SchemaKeyword, _ nodes: [SchemaNode]) {
            for (index, node) in nodes.enumerated() { all.append(([keyword.rawValue, String(index)], node)) }
        }
        func add(_ keyword: SchemaKeyword, _ table: MemberTable<SchemaNode>) {
            for (name, node) in table.entries { all.append(([keyword.rawValue, name], node)) }
        }
        add(.items, rules.items)
        add(.contains, rules.contains)
        add(.additionalProperties, rules.additionalProperties)
        add(.propertyNames, rules.propertyNames)
        add(.not, rules.not)
        add(.condition, rules.condition)
        add(.then, rules.then)
        add(.otherwise, rules.otherwise)
        add(.prefixItems, rules.prefixItems)
        add(.allOf, rules.allOf)
        add(.anyOf, rules.anyOf)
        add(.oneOf, rules.oneOf)
        add(.properties, rules.properties)
        add(.dependentSchemas, rules.dependentSchemas)
        for (pattern, node) in rules.patternProperties {
            all.append(([SchemaKeyword.patternProperties.rawValue, pattern.source], node))
        }
        return all
    }
}

/// What the keywords of one schema say.
struct SchemaRules: Sendable {
    /// The schema as it was written.
    var json: JSONValue
    /// Whether the schema is `false`: no value fits.
    var refusesEverything = false

    /// `type`; empty means any.
    var types: Set<ValueType> = []
    var enumeration: SchemaChoices?
    var constant: JSONValue?

    var minimum: JSONValue?
    var maximum: JSONValue?
    var exclusiveMinimum: JSONValue?
    var exclusiveMaximum: JSONValue?
    var multipleOf: JSONValue?

    var minLength: Int?
    var maxLength: Int?
    var pattern: Pattern?
    var format: TextFormat?

    var items: SchemaNode?
    var prefixItems: [SchemaNode] = []
    var minItems: Int?
    var maxItems: Int?
    var uniqueItems = false
    var contains: SchemaNode?
    var minContains: Int?
    var maxContains: Int?

    var properties = MemberTable<SchemaNode>()
    var required: [String] = []
    var additionalProperties: SchemaNode?
    var patternProperties: [(pattern: Pattern, node: SchemaNode)] = []
    var propertyNames: SchemaNode?
    var dependentRequired = MemberTable<[String]>()
    var dependentSchemas = MemberTable<SchemaNode>()
    var minProperties: Int?
    var maxProperties: Int?

    var allOf: [SchemaNode] = []
    var anyOf: [SchemaNode] = []
    var oneOf: [SchemaNode] = []
    var not: SchemaNode?
    var condition: SchemaNode?
    var then: SchemaNode?
    var otherwise: SchemaNode?
    /// The place of `$ref`'s target in ``SchemaDocument/targets``.
    var reference: Int?
    /// Whether `$ref` is the only keyword that says something about values.
    var isOnlyReference = false

    var title: String?
    var description: String?
    var defaultValue: JSONValue?
    /// `mime_types` of a file, in lower case.
    var mimeTypes: [String] = []
    /// `max_size` of a file.
    var maxSize: ByteCount?

    init(json: JSONValue) {
        self.json = json
    }
}

/// The values of `enum`, in order and for looking up.
struct SchemaChoices: Sendable {
    let values: [JSONValue]
    private let set: Set<JSONValue>

    init(_ values: [JSONValue]) {
        self.values = values
        set = Set(values)
    }

    func contains(_ value: JSONValue) -> Bool { set.contains(value) }
}

/// Names with what they stand for, in order; two spellings of one name that Swift takes for equal stay two names.
struct MemberTable<Value: Sendable>: Sendable {
    private(set) var entries: [(name: String, value: Value)] = []
    private var places: [JSONKey: Int] = [:]

    var isEmpty: Bool { entries.isEmpty }
    var names: [String] { entries.map(\.name) }

    subscript(name: String) -> Value? {
        places.isEmpty ? nil : places[JSONKey(name)].map { entries[$0].value }
    }

    /// Adds a name that the table does not have yet; a JSON object has each name once.
    mutating func append(_ name: String, _ value: Value) {
        places[JSONKey(name)] = entries.count
        entries.append((name, value))
    }
}

/// A whole schema document: its root and the schemas that `$ref`s in it lead to.
final class SchemaDocument: Sendable {
    let root: SchemaNode
    /// Nil where a reference was refused.
    let targets: [SchemaNode?]

    init(root: SchemaNode, targets: [SchemaNode?] = []) {
        self.root = root
        self.targets = targets
    }

    /// The schema that a `$ref` of this schema leads to.
    func target(of node: SchemaNode) -> SchemaNode? {
        node.rules.reference.flatMap { targets[$0] }
    }

    /// The schema itself, or, when it is nothing but a `$ref`, the one that it leads to in the end.
    func resolved(_ node: SchemaNode) -> SchemaNode {
        var node = node
        while node.rules.isOnlyReference, let target = target(of: node) { node = target }
        return node
    }
}
