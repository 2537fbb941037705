internal import LockstepJSON

/// A type of the Common Workflow Language, as far as tools of the registry have it.
indirect enum CWLType: Hashable {
    case boolean
    case integer
    case number
    case string
    case file
    case enumeration([String])
    /// A list and how each of its items stands on the command line.
    case array(CWLType, itemBinding: CWLBinding?)
    case record([CWLField])
    /// Text or numbers, one or the other.
    case scalars([CWLType])

    /// Whether values are written as one text that a file does not stand behind.
    var isText: Bool {
        switch self {
        case .integer, .number, .string, .enumeration: true
        case .scalars(let types): types.allSatisfy(\.isText)
        case .boolean, .file, .array, .record: false
        }
    }

    /// The value schema that takes the same values.
    var schema: JSONValue {
        switch self {
        case .boolean: ["type": "boolean"]
        case .integer: ["type": "integer"]
        case .number: ["type": "number"]
        case .string: ["type": "string"]
        case .file: ["type": "file"]
        case .enumeration(let symbols): ["type": "string", "enum": .array(symbols.map { .string($0) })]
        case .array(let item, itemBinding: _): ["type": "array", "items": item.schema]
        case .record(let fields): Self.schema(of: fields)
        case .scalars(let types): ["type": .array(types.compactMap { $0.schema["type"] })]
        }
    }

    private static func schema(of fields: [CWLField]) -> JSONValue {
        let required = fields.filter { !$0.isOptional }.map { JSONValue.string($0.name) }
        var object: JSONObject = ["type": "object"]
        object["properties"] = .object(JSONObject(fields.map { ($0.name, $0.type.schema) }))
        if !required.isEmpty { object["required"] = .array(required) }
        object["additionalProperties"] = false
        return .object(object)
    }

    /// What a person calls it.
    var shown: String {
        switch self {
        case .boolean: "a boolean"
        case .integer: "a whole number"
        case .number: "a number"
        case .string, .enumeration: "text"
        case .file: "a File"
        case .array: "a list"
        case .record: "a record"
        case .scalars: "text or a number"
        }
    }
}

/// One field of a record.
struct CWLField: Hashable {
    let name: String
    let type: CWLType
    let isOptional: Bool
    let binding: CWLBinding?
    let place: JSONPointer
}

/// How a value stands on the command line.
struct CWLBinding: Hashable {
    var position: Int64 = 0
    var prefix: String?
    /// Whether prefix and value are two arguments.
    var isSeparate = true
    /// What joins the items of a list to one argument.
    var itemSeparator: String?
    /// The text that gives the value in place of the parameter's own.
    var valueFrom: String?
    var place: JSONPointer
}

/// One part of a key by which command-line parts are sorted: numbers before strings, strings by their bytes.
enum CWLSortKey: Hashable, Comparable {
    case number(Int64)
    case text(String)

    static func < (one: CWLSortKey, other: CWLSortKey) -> Bool {
        switch (one, other) {
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.number, .text): true
        case (.text, .number): false
        }
    }
}
