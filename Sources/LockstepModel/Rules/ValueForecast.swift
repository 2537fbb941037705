package import LockstepJSON

/// What is known of a value before there is one: the kinds of value that it may be.
package struct ValueForecast: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Some value that fits the schema.
        case fitting(ValueSchema)
        /// This very value.
        case exactly(JSONValue)
    }

    /// It is of one of these, in the order in which they were found; nil when nothing is known.
    package let kinds: [Kind]?

    /// More kinds than this are as good as nothing.
    private static let maximumCount = 32

    private init(_ kinds: [Kind]?) {
        self.kinds = kinds
    }

    package static let unknown = ValueForecast(nil)
    package static let null = exactly(.null)
    package static let boolean = simple(.boolean)
    package static let number = simple(.number)
    package static let string = simple(.string)
    package static let array = simple(.array)

    package static func exactly(_ value: JSONValue) -> ValueForecast { ValueForecast([.exactly(value)]) }

    /// A schema without any rule is as good as nothing.
    package static func fitting(_ schema: ValueSchema) -> ValueForecast {
        schema.json == [:] || schema.json == true ? .unknown : ValueForecast([.fitting(schema)])
    }

    private static func simple(_ type: ValueType) -> ValueForecast {
        fitting(ValueSchema.decode(["type": .string(type.rawValue)], at: JSONPointer()).schema)
    }

    /// What is known of a value that is one of two.
    package func or(_ other: ValueForecast) -> ValueForecast {
        guard let kinds, let others = other.kinds else { return .unknown }
        let all = kinds + others.filter { !kinds.contains($0) }
        return all.count <= Self.maximumCount ? ValueForecast(all) : .unknown
    }

    /// The same without null; null when there is nothing else.
    package var withoutNull: ValueForecast {
        guard let kinds else { return self }
        let rest = kinds.filter { $0 != .exactly(.null) }
        return rest.isEmpty ? self : ValueForecast(rest)
    }

    // MARK: - Lists

    /// A list whose items are like this.
    package var listed: ValueForecast {
        guard let kinds, !kinds.isEmpty else { return .array }
        let items = kinds.map(\.schemaJSON)
        // A reference means something only in the schema that it stands in.
        guard !items.contains(where: \.mayRefer) else { return .array }
        let item: JSONValue = items.count == 1 ? items[0] : ["anyOf": .array(items)]
        let (schema, problems) = ValueSchema.decode(["type": "array", "items": item], at: JSONPointer())
        return problems.isEmpty ? .fitting(schema) : .array
    }

    /// An item of the list that this is; unknown when it is not certainly a list.
    package var item: ValueForecast {
        guard let kinds else { return .unknown }
        var item: ValueForecast?
        for kind in kinds {
            let next: ValueForecast
            switch kind {
            case .exactly(.array(let items)):
                guard !items.isEmpty else { continue }
                guard items.count <= Self.maximumCount else { return .unknown }
                next = items.dropFirst().reduce(.exactly(items[0])) { $0.or(.exactly($1)) }
            case .fitting(let schema) where schema.types == [.array]:
                guard schema.prefixItems.isEmpty, let items = schema.items?.value else { return .unknown }
                next = .fitting(items)
            default: return .unknown
            }
            item = item.map { $0.or(next) } ?? next
        }
        return item ?? .unknown
    }
}

extension ValueForecast.Kind {
    fileprivate var schemaJSON: JSONValue {
        switch self {
        case .fitting(let schema): schema.json
        case .exactly(let value): ["const": value]
        }
    }
}

extension JSONValue {
    /// Whether a member anywhere in it is called `$ref`.
    fileprivate var mayRefer: Bool {
        switch self {
        case .array(let items): items.contains(where: \.mayRefer)
        case .object(let object): object.contains { $0.name == "$ref" || $0.value.mayRefer }
        default: false
        }
    }
}
