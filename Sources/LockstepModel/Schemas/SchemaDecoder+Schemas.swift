internal import LockstepJSON

/// The keywords that hold schemas, and those that lead to some.
extension SchemaDecoder {
    mutating func items(_ value: JSONValue, at pointer: JSONPointer) -> SchemaNode? {
        if value.arrayValue != nil {
            note(pointer, "items must be one schema; write the schemas of the first items under `prefixItems`")
            return nil
        }
        return schema(value, at: pointer)
    }

    /// A list of schemas, at least one.
    mutating func schemas(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> [SchemaNode] {
        guard let list = value.arrayValue else {
            note(pointer, "\(name) must be a list of schemas; it is \(value.shown)")
            return []
        }
        if list.isEmpty { note(pointer, "\(name) must have at least one schema") }
        return list.enumerated().map { schema($1, at: pointer.appending($0)) }
    }

    /// Schemas by name.
    mutating func members(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> MemberTable<SchemaNode> {
        var table = MemberTable<SchemaNode>()
        for (name, value) in object(value, "\(name) must be an object of schemas", at: pointer) {
            table.append(name, schema(value, at: pointer.appending(name)))
        }
        return table
    }

    mutating func patternProperties(
        _ value: JSONValue,
        at pointer: JSONPointer
    ) -> [(pattern: Pattern, node: SchemaNode)] {
        var list: [(pattern: Pattern, node: SchemaNode)] = []
        for (source, value) in object(value, "patternProperties must be an object of schemas", at: pointer) {
            let place = pointer.appending(source)
            let node = schema(value, at: place)
            if let pattern = pattern(source, at: place) { list.append((pattern, node)) }
        }
        return list
    }

    mutating func dependentRequired(_ value: JSONValue, at pointer: JSONPointer) -> MemberTable<[String]> {
        var table = MemberTable<[String]>()
        for (name, value) in object(value, "dependentRequired must be an object of lists of names", at: pointer) {
            table.append(name, names(value, "`\(name)`", at: pointer.appending(name)))
        }
        return table
    }

    private mutating func object(_ value: JSONValue, _ message: String, at pointer: JSONPointer) -> JSONObject {
        guard let object = value.objectValue else {
            note(pointer, "\(message); it is \(value.shown)")
            return JSONObject()
        }
        return object
    }

    // MARK: - Names of schemas

    mutating func reference(_ value: JSONValue, at pointer: JSONPointer) -> Int? {
        guard let text = text(value, "$ref", at: pointer) else { return nil }
        guard let reference = references.slot(for: text, at: pointer) else {
            note(pointer, "$ref must be a URI reference such as `#/$defs/name`; it is \(value.shown)")
            return nil
        }
        return reference
    }

    /// Reads `$id`: what references below are relative to, and the name of the schema.
    mutating func identify(_ value: JSONValue, at pointer: JSONPointer) {
        let place = pointer.appending("$id")
        guard let text = text(value, "$id", at: place) else { return }
        guard let id = URIReference(text), id.fragment?.isEmpty ?? true else {
            return note(place, "$id must be a URI without a fragment; it is \(value.shown)")
        }
        if !references.enter(id.withoutFragment, at: pointer) {
            note(place, "two schemas have the $id \(value.shown)")
        }
    }

    mutating func anchor(_ value: JSONValue, at pointer: JSONPointer) {
        guard let name = text(value, "$anchor", at: pointer) else { return }
        let isName =
            name.utf8.first.map { URIReference.isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
            && name.utf8.allSatisfy { byte in
                URIReference.isLetter(byte) || URIReference.isDigit(byte) || "-._".utf8.contains(byte)
            }
        if !isName {
            note(
                pointer,
                "$anchor must be a letter or `_`, then letters, digits, `-`, `_` or `.`; it is \(value.shown)"
            )
        } else if !references.addAnchor(name, at: pointer.parent) {
            note(pointer, "two schemas have the $anchor \(value.shown)")
        }
    }

    /// Reads `$schema`: these schemas are of one kind only.
    mutating func dialect(_ value: JSONValue, at pointer: JSONPointer) {
        let own = "https://json-schema.org/draft/2020-12/schema"
        guard let text = text(value, "$schema", at: pointer), text != own, text != own + "#" else { return }
        note(pointer, "value schemas are JSON Schema 2020-12; write \(own), or leave $schema out")
    }
}
