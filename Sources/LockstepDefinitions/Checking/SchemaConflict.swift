internal import LockstepJSON
internal import LockstepModel

/// Why no value of one schema fits another.
struct SchemaConflict: Hashable {
    /// What the receiving side takes.
    let wanted: String
    /// What the giving side is.
    let given: String

    /// Compares what a variable holds with what a parameter takes; nil when some value may fit both.
    static func between(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
        guard !given.types.isEmpty, !wanted.types.isEmpty else { return nil }
        var shared = given.types.intersection(wanted.types)
        if given.types.contains(.integer), wanted.types.contains(.number) { shared.insert(.integer) }
        if given.types.contains(.number), wanted.types.contains(.integer) { shared.insert(.integer) }
        if shared.isEmpty { return SchemaConflict(wanted: wanted.shown, given: given.shown) }
        if shared == [.file] || shared == [.directory] { return betweenFiles(given, wanted) }
        if shared == [.array], let givenItems = given.items?.value, let wantedItems = wanted.items?.value,
            let conflict = between(givenItems, wantedItems)
        {
            return SchemaConflict(
                wanted: "a list, each item \(conflict.wanted)",
                given: "a list, each item \(conflict.given)"
            )
        }
        if let givenValues = given.enumeration, let wantedValues = wanted.enumeration,
            !givenValues.contains(where: wantedValues.contains)
        {
            let list = { (schema: ValueSchema) in
                (schema.enumeration ?? []).map { $0.stringValue ?? $0.description }.joined(separator: ", ")
            }
            return SchemaConflict(wanted: "one of \(list(wanted))", given: "one of \(list(given))")
        }
        return nil
    }

    private static func betweenFiles(_ given: ValueSchema, _ wanted: ValueSchema) -> SchemaConflict? {
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
        if types.isEmpty { return "any value" }
        return mimeTypes.isEmpty ? typesShown : "\(typesShown) (\(mimeTypes.joined(separator: ", ")))"
    }
}
