internal import LockstepJSON
internal import LockstepModel

/// The items of a command, and whether every placeholder of a tool names something.
extension DefinitionDecoder {
    mutating func commandItem(_ item: JSONValue, at place: JSONPointer) -> CommandItem? {
        if let group = item.arrayValue {
            if group.isEmpty { note(place, "an optional group needs at least one item") }
            let templates = group.enumerated().compactMap { inner, item in
                template(item, "an item of the command", at: place.appending(inner))
            }
            return .optionalGroup(templates)
        }
        guard item.objectValue != nil else {
            return template(item, "an item of the command", at: place).map { .argument($0) }
        }
        guard let entry = members(item, "a repeated part of the command", known: ["repeat", "over"], at: place) else {
            return nil
        }
        for key in ["repeat", "over"] { require(key, in: entry, "a repeated part of the command") }
        var items: [CommandItem] = []
        for (inner, innerPlace) in list("repeat", in: entry) {
            if inner.objectValue != nil {
                note(innerPlace, "a repeated part holds texts and optional groups, not another repeated part")
            } else if let item = commandItem(inner, at: innerPlace) {
                items.append(item)
            }
        }
        if entry["repeat"]?.arrayValue?.isEmpty == true {
            note(entry.place("repeat"), "a repeated part needs at least one item")
        }
        return text("over", in: entry).map { .repetition(items, over: $0) }
    }

    /// Notes every placeholder of command, standard input, environment and outputs that names nothing.
    mutating func checkPlaceholders(of tool: Tool, in members: Members) {
        var schemas: [String: ValueSchema] = [:]
        for parameter in tool.parameters { schemas[parameter.name] = parameter.schema }
        for (index, item) in (members["command"]?.arrayValue ?? []).enumerated() {
            checkPlaceholders(ofItem: item, schemas, at: members.place("command").appending(index))
        }
        if let stdin = members["stdin"] { checkPlaceholders(in: stdin, schemas, at: members.place("stdin")) }
        for (name, value) in members["env"]?.objectValue ?? [:] {
            checkPlaceholders(in: value, schemas, at: members.place("env").appending(name))
        }
        for (name, output) in members["outputs"]?.objectValue ?? [:] {
            for key in ["path", "directory", "name"] {
                guard let value = output[key] else { continue }
                let place = members.place("outputs").appending(name).appending(key)
                for (index, item) in (value.arrayValue ?? []).enumerated() {
                    checkPlaceholders(in: item, schemas, at: place.appending(index))
                }
                checkPlaceholders(in: value, schemas, at: place)
            }
        }
    }

    private mutating func checkPlaceholders(
        ofItem item: JSONValue,
        _ schemas: [String: ValueSchema],
        at place: JSONPointer
    ) {
        if let group = item.arrayValue {
            for (inner, item) in group.enumerated() { checkPlaceholders(in: item, schemas, at: place.appending(inner)) }
        } else if let over = item["over"]?.stringValue {
            var inner = schemas
            if let list = schemas[over] {
                if !list.types.isEmpty, !list.types.contains(.array) {
                    note(place.appending("over"), "`over` names a list; `\(over)` is \(list.typesShown)")
                }
                inner[over] = list.items?.value ?? ValueSchema()
            } else {
                noteUnknown(over, among: schemas, at: place.appending("over"))
            }
            for (index, item) in (item["repeat"]?.arrayValue ?? []).enumerated() {
                checkPlaceholders(ofItem: item, inner, at: place.appending("repeat").appending(index))
            }
        } else {
            checkPlaceholders(in: item, schemas, at: place)
        }
    }

    private mutating func checkPlaceholders(
        in value: JSONValue,
        _ schemas: [String: ValueSchema],
        at place: JSONPointer
    ) {
        guard let template = value.stringValue.flatMap({ Template(parsing: $0) }) else { return }
        for text in template.placeholders {
            guard let name = PlaceholderName(text, isParameter: { schemas[$0] != nil }) else {
                noteUnknown(text, among: schemas, at: place)
                continue
            }
            var schema = schemas[name.parameter] ?? ValueSchema()
            var shown = name.parameter
            for member in name.members {
                guard let inner = self.schema(of: member, in: schema, named: shown, at: place) else { break }
                schema = inner
                shown += ".\(member)"
            }
        }
    }

    /// What a member of a value is; nil after noting that the value has no such member.
    private mutating func schema(
        of member: String,
        in schema: ValueSchema,
        named shown: String,
        at place: JSONPointer
    ) -> ValueSchema? {
        if schema.types.isEmpty { return ValueSchema() }
        if schema.types.contains(.object) {
            if let property = schema.properties[member] { return property }
            let isOpen = schema.additionalProperties?.value.refusesEverything != true
            if isOpen, schema.properties.isEmpty || schema.additionalProperties != nil {
                return schema.additionalProperties?.value ?? ValueSchema()
            }
            noteMissing(member, in: shown, known: schema.properties.names.sorted(), at: place)
        } else if schema.isFile {
            if PlaceholderName.fileMembers.contains(member) { return ValueSchema() }
            noteMissing(member, in: shown, known: PlaceholderName.fileMembers, at: place)
        } else {
            note(place, "`\(shown)` is \(schema.typesShown), which has no members such as `\(member)`")
        }
        return nil
    }

    private mutating func noteMissing(_ member: String, in shown: String, known: [String], at place: JSONPointer) {
        let nearest = EditDistance.nearest(to: member, among: known)
        let hint = nearest.map { "did you mean `${\(shown).\($0)}`?" } ?? "it has \(known.joined(separator: ", "))"
        note(place, "`\(shown)` has no member `\(member)`; \(hint)", suggestion: nearest.map { "\(shown).\($0)" })
    }

    private mutating func noteUnknown(_ name: String, among schemas: [String: ValueSchema], at place: JSONPointer) {
        let nearest = EditDistance.nearest(to: name, among: schemas.keys.sorted())
        let hint = nearest.map { "did you mean `${\($0)}`?" } ?? "write `$${` where the text `${` is meant"
        note(place, "the tool has no parameter `\(name)`; \(hint)", suggestion: nearest)
    }
}
