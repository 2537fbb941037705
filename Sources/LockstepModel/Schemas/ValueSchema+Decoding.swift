package import LockstepJSON

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
    ///
    /// The schema is a document of its own: `#` in a `$ref` is this schema, wherever it stands in a file.
    package static func decode(
        _ json: JSONValue,
        at pointer: JSONPointer
    ) -> (schema: ValueSchema, problems: [SyntaxProblem]) {
        var decoder = SchemaDecoder(place: pointer)
        let root = decoder.schema(json, at: pointer)
        let document = SchemaDocument(root: root, targets: decoder.references.targets(problems: &decoder.problems))
        return (ValueSchema(document: document, node: root), decoder.problems)
    }
}
