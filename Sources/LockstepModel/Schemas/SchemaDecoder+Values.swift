internal import LockstepJSON

/// The values of keywords that hold no schema.
extension SchemaDecoder {
    mutating func types(_ value: JSONValue, at pointer: JSONPointer) -> Set<ValueType> {
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
                problems.append(SyntaxProblem(pointer: place, message: message, suggestion: nearest))
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

    mutating func enumeration(_ value: JSONValue, at pointer: JSONPointer) -> SchemaChoices? {
        guard let list = value.arrayValue else {
            note(pointer, "enum must be a list; it is \(value.shown)")
            return nil
        }
        return SchemaChoices(list)
    }

    mutating func number(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> JSONValue? {
        if value.isNumber { return value }
        note(pointer, "\(name) must be a number; it is \(value.shown)")
        return nil
    }

    mutating func divisor(_ value: JSONValue, at pointer: JSONPointer) -> JSONValue? {
        guard let divisor = number(value, "multipleOf", at: pointer) else { return nil }
        if JSONValue.integer(0).isBelow(divisor) { return divisor }
        note(pointer, "multipleOf must be above 0; it is \(value.shown)")
        return nil
    }

    mutating func count(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> Int? {
        if value.isHugeWholeNumber, JSONValue.integer(0).isBelow(value) { return .max }
        guard let whole = value.integerValue, whole >= 0 else {
            note(pointer, "\(name) must be a whole number from 0 up; it is \(value.shown)")
            return nil
        }
        return Int(whole)
    }

    mutating func flag(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> Bool {
        if value.boolValue == nil { note(pointer, "\(name) must be true or false; it is \(value.shown)") }
        return value.boolValue ?? false
    }

    mutating func text(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> String? {
        if value.stringValue == nil { note(pointer, "\(name) must be text; it is \(value.shown)") }
        return value.stringValue
    }

    mutating func names(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> [String] {
        guard let list = value.arrayValue else {
            note(pointer, "\(name) must be a list of names; it is \(value.shown)")
            return []
        }
        return list.enumerated().compactMap { index, item in
            text(item, "an item of \(name)", at: pointer.appending(index))
        }
    }

    mutating func pattern(_ source: String, at pointer: JSONPointer) -> Pattern? {
        do {
            return try Pattern(source)
        } catch {
            note(pointer, "the pattern cannot be read: \(error)")
            return nil
        }
    }

    mutating func format(_ value: JSONValue, at pointer: JSONPointer) -> TextFormat? {
        guard let name = text(value, "format", at: pointer) else { return nil }
        if let format = TextFormat(rawValue: name) { return format }
        let all = TextFormat.allCases.map(\.rawValue)
        let nearest = EditDistance.nearest(to: name, among: all)
        let hint = nearest.map { "did you mean `\($0)`? The" } ?? "the"
        let message = "there is no format `\(name)`; \(hint) formats are \(all.joined(separator: ", "))"
        problems.append(SyntaxProblem(pointer: pointer, message: message, suggestion: nearest))
        return nil
    }

    mutating func mimeTypes(_ value: JSONValue, at pointer: JSONPointer) -> [String] {
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

    mutating func size(_ value: JSONValue, at pointer: JSONPointer) -> ByteCount? {
        let size =
            value.stringValue.flatMap { ByteCount(parsing: $0) }
            ?? (value.stringValue == nil ? value.integerValue.flatMap { $0 >= 0 ? ByteCount($0) : nil } : nil)
        if size == nil { note(pointer, "max_size is written as `512KiB` or `10MB`; it is \(value.shown)") }
        return size
    }
}
