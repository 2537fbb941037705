internal import LockstepJSON
internal import LockstepModel

/// Why no value of one schema fits another.
struct SchemaConflict: Hashable {
    /// What the receiving side takes.
    let wanted: String
    /// What the giving side is.
    let given: String

    /// Compares what a variable holds with what a parameter takes; nil when some value may fit both, or when that is not certain.
    ///
    /// It looks through `$ref`, `allOf`, `anyOf` and `oneOf`, and does not understand `not`, `if` and `dependentSchemas`. Lists
    /// whose items conflict count as conflicting, although the empty list would fit both.
    static func between(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        var search = SchemaConflictSearch()
        return search.between(given, wanted)
    }
}

/// One search for a conflict, bounded in its work.
struct SchemaConflictSearch {
    private var stepsLeft = 2000
    private var depth = 0

    /// Values of `enum` that are tried one by one.
    private static let maximumChoices = 1000

    mutating func between(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        stepsLeft -= 1
        guard stepsLeft > 0, depth < 20 else { return nil }
        depth += 1
        defer { depth -= 1 }
        // Said first, because it is the simplest thing to say.
        if sharedTypes(given, wanted).isEmpty { return SchemaConflict(wanted: wanted.shown, given: given.shown) }
        if let conflict = SchemaChoicesConflict.between(given, wanted, limit: Self.maximumChoices) { return conflict }
        // All parts hold together: one of each side that exclude each other are enough.
        for part in parts(of: given) {
            for other in parts(of: wanted) {
                if let conflict = ownRules(part, other) { return conflict }
            }
        }
        return alternatives(given, wanted)
    }

    /// The schemas that hold for a value together with this one, itself first.
    private mutating func parts(of schema: ValueSchema) -> [ValueSchema] {
        var parts = [schema]
        var next = 0
        while next < parts.count, parts.count < 50 {
            let part = parts[next]
            parts += part.allOf + (part.referenced.map { [$0] } ?? [])
            next += 1
        }
        return parts
    }

    /// Whether each alternative of a part of one side conflicts with the whole other side.
    private mutating func alternatives(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        for part in parts(of: given) {
            for list in [part.anyOf, part.oneOf] where !list.isEmpty {
                let found = list.map { between($0, wanted) }
                if let first = found.first, let conflict = first, !found.contains(nil) {
                    return SchemaConflict(wanted: conflict.wanted, given: part.summary)
                }
            }
        }
        for part in parts(of: wanted) {
            for list in [part.anyOf, part.oneOf] where !list.isEmpty {
                let found = list.map { between(given, $0) }
                if let first = found.first, let conflict = first, !found.contains(nil) {
                    return SchemaConflict(wanted: part.summary, given: conflict.given)
                }
            }
        }
        return nil
    }

    /// Compares what the keywords of two schemas say by themselves.
    private mutating func ownRules(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        if wanted.refusesEverything { return SchemaConflict(wanted: "no value at all", given: given.shown) }
        if given.refusesEverything { return nil }
        let shared = sharedTypes(given, wanted)
        if shared.isEmpty { return SchemaConflict(wanted: wanted.shown, given: given.shown) }
        if given.types.isEmpty, wanted.types.isEmpty { return nil }
        // Each type that both have must be excluded by something.
        var found: SchemaConflict?
        for type in ValueType.allCases where shared.contains(type) {
            guard let conflict = conflict(of: type, given, wanted) else { return nil }
            found = found ?? conflict
        }
        return found
    }

    /// The types that a value of both may have.
    private func sharedTypes(_ given: ValueSchema, _ wanted: ValueSchema) -> Set<ValueType> {
        let (own, others) = (given.types, wanted.types)
        if own.isEmpty { return others.isEmpty ? Self.allTypes : others }
        if others.isEmpty { return own }
        var shared = own.intersection(others)
        if own.contains(.integer) && others.contains(.number) || own.contains(.number) && others.contains(.integer) {
            shared.insert(.integer)
        }
        return shared
    }

    private static let allTypes = Set(ValueType.allCases)

    private mutating func conflict(of type: ValueType, _ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        switch type {
        case .integer, .number: SchemaRangeConflict.ofNumbers(given, wanted)
        case .string:
            SchemaRangeConflict.ofCounts(
                (given.minLength, given.maxLength),
                (wanted.minLength, wanted.maxLength),
                "a string",
                "character"
            )
        case .array: ofLists(given, wanted)
        case .object: ofObjects(given, wanted)
        case .file, .directory: ofFiles(given, wanted)
        case .null, .boolean: nil
        }
    }

    private mutating func ofLists(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        if let conflict = SchemaRangeConflict.ofCounts(
            (given.minItems, given.maxItems),
            (wanted.minItems, wanted.maxItems),
            "a list",
            "item"
        ) {
            return conflict
        }
        guard given.prefixItems.isEmpty, wanted.prefixItems.isEmpty, let givenItems = given.items?.value,
            let wantedItems = wanted.items?.value, !givenItems.refusesEverything, !wantedItems.refusesEverything,
            let conflict = between(givenItems, wantedItems)
        else { return nil }
        return SchemaConflict(
            wanted: "a list, each item \(conflict.wanted)",
            given: "a list, each item \(conflict.given)"
        )
    }

    /// Compares the members that one side needs.
    private mutating func ofObjects(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        for name in wanted.required {
            if case .impossible = given.schema(at: [name]) {
                return SchemaConflict(wanted: "an object with `\(name)`", given: "an object without it")
            }
        }
        for name in given.required {
            if case .impossible = wanted.schema(at: [name]) {
                return SchemaConflict(wanted: "an object without `\(name)`", given: "an object with it")
            }
        }
        for name in given.required + wanted.required {
            guard let one = given.properties[name], let other = wanted.properties[name],
                let conflict = between(one, other)
            else { continue }
            return SchemaConflict(
                wanted: "an object in which `\(name)` is \(conflict.wanted)",
                given: "an object in which it is \(conflict.given)"
            )
        }
        return nil
    }

    private func ofFiles(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        guard !given.mimeTypes.isEmpty, !wanted.mimeTypes.isEmpty else { return nil }
        let overlap = given.mimeTypes.contains { one in
            wanted.mimeTypes.contains { MIMEType(one).overlaps(MIMEType($0)) }
        }
        return overlap ? nil : SchemaConflict(wanted: wanted.shown, given: given.shown)
    }
}

extension ValueSchema {
    /// What values are, in a few words: `a file (application/pdf)`, `a string`, `any value`.
    package var shown: String {
        if types.isEmpty { return json == [:] ? "any value" : summary }
        return mimeTypes.isEmpty ? typesShown : "\(typesShown) (\(mimeTypes.joined(separator: ", ")))"
    }
}
