internal import LockstepJSON
internal import LockstepModel

/// One input of a CWL tool that can be carried.
struct CWLInput {
    let name: String
    let type: CWLType
    let isOptional: Bool
    let defaultValue: JSONValue?
    let description: String?
    let binding: CWLBinding?
    let place: JSONPointer

    /// The input's value.
    var term: CWLImporter.Term {
        CWLImporter.Term(
            text: "${\(name)}",
            type: type,
            mayBeMissing: isOptional && defaultValue == nil,
            input: name
        )
    }
}

extension CWLImporter {
    private static let inputKeys: Set = [
        "id", "type", "label", "doc", "default", "inputBinding", "format", "streamable",
    ]

    mutating func readInputs() {
        if root["inputs"] == nil {
            refuse(JSONPointer(), "the document has no `inputs`; a tool without any says `inputs: {}`")
        }
        for entry in entries(root["inputs"], name: "id", at: JSONPointer(["inputs"])) {
            if let input = input(entry) { inputs.append(input) }
        }
    }

    /// Whether the document has an input of this name, even one that is refused.
    func hasInput(_ name: String) -> Bool {
        if let object = root["inputs"]?.objectValue { return object.contains(name) }
        return (root["inputs"]?.arrayValue ?? []).contains { item in
            let id = item["id"]?.stringValue ?? ""
            return id.split { "#/".contains($0) }.last.map(String.init) == name
        }
    }

    private mutating func input(_ entry: Entry) -> CWLInput? {
        // A type may stand in place of the whole input, also as an object of its own.
        let isBody = entry.body.map { body in
            let isType = ["array", "enum", "record"].contains(body["type"]?.stringValue) && body["inputBinding"] == nil
            return !(isType && (body["items"] ?? body["symbols"] ?? body["fields"]) != nil)
        }
        let body = isBody == true ? entry.body ?? [:] : ["type": entry.value]
        let place = entry.place
        checkKeys(body, Self.inputKeys, "an input", at: place)
        if !DefinitionName.isValid(entry.name) {
            refuseName(place, "the input `\(entry.name)` cannot be a parameter; a name \(DefinitionName.rule)")
            return nil
        }
        guard let json = body["type"] else {
            refuse(place, "the input `\(entry.name)` has no type")
            return nil
        }
        let typePlace = isBody == true ? place.appending("type") : place
        let isStdin = json == "stdin"
        guard let type = isStdin ? OptionalType(type: .file, isOptional: false) : type(json, at: typePlace) else {
            return nil
        }
        if isStdin { takeStdin(entry.name, at: typePlace) }
        if body["format"].map({ $0 != .null }) == true {
            warn(place.appending("format"), "`format` of the input \(entry.name), because files have MIME types here")
        }
        return CWLInput(
            name: entry.name,
            type: type.type,
            isOptional: type.isOptional,
            defaultValue: defaultValue(body["default"], type.type, at: place.appending("default")),
            description: description(of: body, at: place),
            binding: body["inputBinding"].flatMap { binding($0, at: place.appending("inputBinding")) },
            place: place
        )
    }

    func description(of body: JSONObject, at place: JSONPointer) -> String? {
        let doc =
            body["doc"]?.stringValue
            ?? body["doc"]?.arrayValue.map { $0.compactMap(\.stringValue).joined(separator: "\n") }
        let parts = [body["label"]?.stringValue, doc].compactMap { text in
            text?.split(separator: "\n").map { $0.trimmed }.joined(separator: " ").trimmed
        }
        let text = parts.filter { !$0.isEmpty }.joined(separator: ": ")
        return text.isEmpty ? nil : text
    }

    private mutating func takeStdin(_ name: String, at place: JSONPointer) {
        if stdinInput != nil { refuse(place, "a second input has the type `stdin`") }
        if root["stdin"] != nil { refuse(place, "the type `stdin` does not go together with the field `stdin`") }
        stdinInput = name
    }

    private mutating func defaultValue(_ value: JSONValue?, _ type: CWLType, at place: JSONPointer) -> JSONValue? {
        guard let value, value != .null else { return nil }
        if type.holdsFiles {
            refuse(place, "a File as a default is not carried; a step gets its files from who runs it")
            return nil
        }
        let schema = ValueSchema.decode(type.schema, at: JSONPointer()).schema
        for violation in schema.violations(in: value) {
            refuse(JSONPointer(place.tokens + violation.pointer.tokens), "the default \(violation.message)")
        }
        return value
    }

    /// The parameter that an input becomes.
    func parameter(_ input: CWLInput) -> JSONValue {
        var object = JSONObject()
        if !input.isOptional, input.defaultValue == nil { object["required"] = true }
        object["default"] = input.defaultValue
        object["description"] = input.description.map { .string($0) }
        object["schema"] = input.type.schema
        if let separator = separators[input.name] ?? nil { object["separator"] = .string(separator) }
        return .object(object)
    }

    // MARK: - What the program gets

    /// The whole argument vector, sorted by the rules of CWL v1.2, "Input binding".
    mutating func command() -> [JSONValue] {
        var pieces: [Piece] = []
        for (index, argument) in (root["arguments"]?.arrayValue ?? []).enumerated() {
            let place = JSONPointer(["arguments", String(index)])
            pieces += piece(ofArgument: argument, index, at: place).map { [$0] } ?? []
        }
        for input in inputs {
            pieces += self.pieces(of: input.term, named: input.name, input.binding, after: [], at: input.place)
        }
        let base = baseCommand()
        let sorted = pieces.enumerated().sorted { one, other in
            one.element.key == other.element.key
                ? one.offset < other.offset : one.element.key.lexicographicallyPrecedes(other.element.key)
        }
        let command = base + sorted.flatMap(\.element.items)
        if command.isEmpty {
            refuse(JSONPointer(), "there is neither `baseCommand` nor anything else to run")
        } else if base.isEmpty, Self.fixedText(command[0]) == nil {
            refuse(
                JSONPointer(),
                "the program is not fixed: there is no `baseCommand`, and what comes first is a value"
            )
        }
        return command
    }

    private static func fixedText(_ item: JSONValue) -> String? {
        guard let text = item.stringValue, Template(parsing: text)?.placeholders.isEmpty == true else { return nil }
        return text
    }

    private mutating func baseCommand() -> [JSONValue] {
        let place = JSONPointer(["baseCommand"])
        switch root["baseCommand"] {
        case nil, .null?: return []
        case .string(let program)?: return [.string(Template.escaped(program))]
        case .array(let items)?:
            return items.enumerated().compactMap { index, item in
                text(item, "an item of `baseCommand`", at: place.appending(index)).map { .string(Template.escaped($0)) }
            }
        case let other?:
            refuse(place, "`baseCommand` must be text or a list of texts; it is \(other.shown)")
            return []
        }
    }

    private mutating func piece(ofArgument json: JSONValue, _ index: Int, at place: JSONPointer) -> Piece? {
        if let text = json.stringValue {
            let term = term(text, own: nil, at: place)
            let key: [CWLSortKey] = [.number(0), .number(Int64(index))]
            return term.map { Piece(key: key, items: items(of: $0, CWLBinding(place: place), at: place)) }
        }
        guard let binding = binding(json, at: place) else { return nil }
        guard let valueFrom = binding.valueFrom else {
            refuse(place, "an argument needs `valueFrom`")
            return nil
        }
        let key: [CWLSortKey] = [.number(binding.position), .number(Int64(index))]
        let term = term(valueFrom, own: nil, at: place.appending("valueFrom"))
        return term.map { Piece(key: key, items: items(of: $0, binding, at: place)) }
    }

    mutating func standardInput() -> String? {
        if let stdinInput { return "${\(stdinInput)}" }
        let place = JSONPointer(["stdin"])
        guard let text = text(root["stdin"], "stdin", at: place) else { return nil }
        let pieces = CWLReference.pieces(of: text)
        guard pieces.count == 1, case .reference(let reference) = pieces[0], reference.keys.last == .name("path"),
            let value = value(of: reference, own: nil, at: place), value.type == .file
        else {
            refuse(place, "`stdin` is carried as `$(inputs.NAME.path)` of a File only")
            return nil
        }
        return value.text
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
