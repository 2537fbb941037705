internal import LockstepJSON
internal import LockstepModel

/// Conflicts with a side that lists its values: none of them fits the other side.
enum SchemaChoicesConflict {
    /// - Parameter limit: A list with more values than this is not looked at.
    static func between(_ given: ValueSchema, _ wanted: ValueSchema, limit: Int) -> SchemaConflict? {
        let givenValues = values(of: given)
        let wantedValues = values(of: wanted)
        if let givenValues, givenValues.count <= limit, givenValues.allSatisfy({ wanted.refuses($0) }) {
            return SchemaConflict(wanted: wantedValues.map(shown) ?? wanted.summary, given: shown(givenValues))
        }
        if let wantedValues, wantedValues.count <= limit, wantedValues.allSatisfy({ given.refuses($0) }) {
            return SchemaConflict(wanted: shown(wantedValues), given: given.summary)
        }
        return nil
    }

    private static func values(of schema: ValueSchema) -> [JSONValue]? {
        let values = schema.constant.map { [$0] } ?? schema.enumeration
        return values?.isEmpty == true ? nil : values
    }

    private static func shown(_ values: [JSONValue]) -> String {
        let list = values.prefix(20).map { $0.stringValue ?? $0.shown }.joined(separator: ", ")
        let rest = values.count > 20 ? " and \(values.count - 20) more" : ""
        return values.count == 1 ? list : "one of \(list)\(rest)"
    }
}
