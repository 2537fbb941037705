internal import LockstepJSON
internal import LockstepModel

/// Reads the members of a definition and notes everything that is wrong with them.
///
/// Reading always goes on: what cannot be read is left out, so one call finds all problems of a definition.
package struct DefinitionDecoder: Sendable {
    package private(set) var problems: [DefinitionProblem] = []

    package init() {}

    /// An object of the definition and where it stands.
    struct Members {
        let object: JSONObject
        let pointer: JSONPointer

        subscript(name: String) -> JSONValue? { object[name] }

        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
    }

    mutating func note(_ pointer: JSONPointer, _ message: String, suggestion: String? = nil) {
        problems.append(DefinitionProblem(pointer, message, suggestion: suggestion))
    }

    mutating func note(_ found: [SyntaxProblem]) {
        problems += found.map {
            DefinitionProblem($0.pointer, $0.message, concernsName: $0.concernsName, suggestion: $0.suggestion)
        }
    }

    mutating func noteName(_ pointer: JSONPointer, _ message: String, suggestion: String? = nil) {
        problems.append(DefinitionProblem(pointer, message, concernsName: true, suggestion: suggestion))
    }

    /// Reads an object and refuses names that it may not have.
    ///
    /// - Parameters:
    ///   - noun: What the object is, with its article, for messages.
    ///   - known: All names that it may have.
    ///   - later: Names of later versions, which are refused as such instead of being ignored.
    mutating func members(
        _ json: JSONValue,
        _ noun: String,
        known: [String],
        later: Set<String> = [],
        at pointer: JSONPointer
    ) -> Members? {
        guard let object = json.objectValue else {
            note(pointer, "\(noun) must be an object with names and values; it is \(json.shown)")
            return nil
        }
        for name in object.names where !known.contains(name) {
            if later.contains(name) {
                noteName(pointer.appending(name), "`\(name)` is not supported in this version")
                continue
            }
            let nearest = EditDistance.nearest(to: name, among: known)
            let hint = nearest.map { "; did you mean `\($0)`?" } ?? "; it may have \(known.joined(separator: ", "))"
            noteName(pointer.appending(name), "\(noun) has no key `\(name)`\(hint)", suggestion: nearest)
        }
        return Members(object: object, pointer: pointer)
    }

    /// Refuses an object without this member.
    mutating func require(_ name: String, in members: Members, _ noun: String) {
        if members[name] == nil { note(members.pointer, "\(noun) needs `\(name)`") }
    }

    // MARK: - Single values

    mutating func text(_ name: String, in members: Members) -> String? {
        members[name].flatMap { text($0, name, at: members.place(name)) }
    }

    mutating func text(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> String? {
        switch value {
        case .string(let text):
            if text.hasByte(0) { note(pointer, "`\(name)` must not hold a NUL character") }
            return text
        case .bool, .integer, .number:
            note(pointer, "`\(name)` must be text; write it in quotes: \"\(value.shown)\"")
        default: note(pointer, "`\(name)` must be text; it is \(value.shown)")
        }
        return nil
    }

    mutating func flag(_ name: String, in members: Members) -> Bool? {
        guard let value = members[name] else { return nil }
        if value.boolValue == nil {
            note(members.place(name), "`\(name)` must be true or false; it is \(value.shown)")
        }
        return value.boolValue
    }

    mutating func count(_ name: String, in members: Members, _ range: ClosedRange<Int64>) -> Int? {
        guard let value = members[name] else { return nil }
        guard let whole = value.integerValue, range.contains(whole) else {
            let limits = "from \(range.lowerBound) to \(range.upperBound)"
            note(members.place(name), "`\(name)` must be a whole number \(limits); it is \(value.shown)")
            return nil
        }
        return Int(whole)
    }

    mutating func duration(_ name: String, in members: Members) -> DurationText? {
        guard let value = members[name] else { return nil }
        guard let duration = value.stringValue.flatMap({ DurationText(parsing: $0) }), duration.milliseconds > 0 else {
            note(members.place(name), "`\(name)` must be a time such as 250ms, 30s, 5m or 2h; it is \(value.shown)")
            return nil
        }
        return duration
    }

    mutating func size(_ name: String, in members: Members) -> ByteCount? {
        guard let value = members[name] else { return nil }
        let written = value.stringValue ?? value.integerValue.map { String($0) }
        guard let size = written.flatMap({ ByteCount(parsing: $0) }), size.bytes > 0 else {
            note(members.place(name), "`\(name)` must be a size such as 64KiB, 512MiB or 2GiB; it is \(value.shown)")
            return nil
        }
        return size
    }

    /// A list of texts with the place of each.
    mutating func texts(_ name: String, in members: Members) -> [(text: String, place: JSONPointer)] {
        list(name, in: members).compactMap { item, place in
            text(item, "an item of \(name)", at: place).map { ($0, place) }
        }
    }

    mutating func list(_ name: String, in members: Members) -> [(item: JSONValue, place: JSONPointer)] {
        guard let value = members[name] else { return [] }
        guard let items = value.arrayValue else {
            note(members.place(name), "`\(name)` must be a list; it is \(value.shown)")
            return []
        }
        let place = members.place(name)
        return items.enumerated().map { ($1, place.appending($0)) }
    }

    /// The members of an object whose names the author chooses, with the place of each.
    mutating func entries(
        _ name: String,
        in members: Members
    ) -> [(name: String, value: JSONValue, place: JSONPointer)] {
        guard let value = members[name] else { return [] }
        guard let object = value.objectValue else {
            note(members.place(name), "`\(name)` must be an object with names and values; it is \(value.shown)")
            return []
        }
        let place = members.place(name)
        return object.map { ($0.name, $0.value, place.appending($0.name)) }
    }

    mutating func template(_ value: JSONValue, _ name: String, at pointer: JSONPointer) -> Template? {
        guard let text = text(value, name, at: pointer) else { return nil }
        guard let template = Template(parsing: text) else {
            let message = "a `${` has no `}` after it, or names nothing; write `$${` where the text `${` is meant"
            note(pointer, message)
            return nil
        }
        return template
    }

    /// Reads a schema, then checks the defaults inside it.
    mutating func schema(_ json: JSONValue, at pointer: JSONPointer) -> ValueSchema {
        let (schema, found) = ValueSchema.decode(json, at: pointer)
        note(found)
        if found.isEmpty { checkDefaults(of: schema, at: pointer) }
        return schema
    }

    private mutating func checkDefaults(of schema: ValueSchema, at pointer: JSONPointer) {
        if let value = schema.json["default"] {
            check(value, "the default", against: schema, at: pointer.appending("default"))
        }
        for (tokens, inner) in schema.inner { checkDefaults(of: inner, at: JSONPointer(pointer.tokens + tokens)) }
    }

    /// Notes how a value of the definition does not fit a schema.
    mutating func check(_ value: JSONValue, _ noun: String, against schema: ValueSchema, at pointer: JSONPointer) {
        for violation in schema.violations(in: value) {
            note(JSONPointer(pointer.tokens + violation.pointer.tokens), "\(noun) \(violation.message)")
        }
    }
}
