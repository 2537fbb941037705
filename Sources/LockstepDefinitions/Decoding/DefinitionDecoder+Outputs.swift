internal import LockstepJSON
internal import LockstepModel

extension DefinitionDecoder {
    private static let outputSources = ["path", "stdout", "stderr", "exit_code", "directory"]
    private static let outputKeys =
        outputSources + ["schema", "asset_type", "description", "optional", "pointer", "last_json", "name"]

    mutating func outputs(in members: Members) -> [Output] {
        entries("outputs", in: members).compactMap { name, value, place in
            check(name: name, "an output", at: place, concernsName: true)
            guard let entry = self.members(value, "an output", known: Self.outputKeys, at: place) else { return nil }
            return output(name, entry)
        }
    }

    private mutating func output(_ name: String, _ entry: Members) -> Output? {
        let named = Self.outputSources.filter { entry[$0] != nil }
        guard named.count == 1 else {
            let all = Self.outputSources.map { "`\($0)`" }.joined(separator: ", ")
            let found = named.isEmpty ? "it has none" : "it has \(named.map { "`\($0)`" }.joined(separator: " and "))"
            note(entry.pointer, "the output `\(name)` needs exactly one of \(all); \(found)")
            if let json = entry["schema"] { _ = schema(json, at: entry.place("schema")) }
            return nil
        }
        let source = source(named[0], entry)
        for key in ["pointer", "last_json"] where entry[key] != nil {
            guard case .stream(_, .json)? = source else {
                if source != nil { noteName(entry.place(key), "`\(key)` needs `stdout: json` or `stderr: json`") }
                continue
            }
        }
        if entry["name"] != nil {
            switch source {
            case nil, .stream(_, .file): break
            default: noteName(entry.place("name"), "`name` needs `stdout: file` or `stderr: file`")
            }
        }
        guard let source else {
            if let json = entry["schema"] { _ = schema(json, at: entry.place("schema")) }
            return nil
        }
        let output = Output(
            name: name,
            description: text("description", in: entry) ?? "",
            source: source,
            schema: entry["schema"].map { schema($0, at: entry.place("schema")) } ?? source.usualSchema,
            assetType: text("asset_type", in: entry),
            isOptional: flag("optional", in: entry) ?? false
        )
        check(output, entry)
        return output
    }

    private mutating func source(_ key: String, _ entry: Members) -> OutputSource? {
        let place = entry.place(key)
        switch key {
        case "path":
            if entry[key]?.arrayValue == nil { return path(key, in: entry).map { .path($0) } }
            let texts = texts(key, in: entry)
            if entry[key]?.arrayValue?.isEmpty == true { note(place, "a list of paths needs at least one") }
            return .paths(texts.compactMap { path($0.text, at: $0.place) })
        case "directory": return path(key, in: entry).map { .directory($0) }
        case "exit_code":
            if entry[key] != true { note(place, "`exit_code` can only be true; leave it out otherwise") }
            return .exitCode
        default:
            guard let stream = StandardStream(rawValue: key), let value = entry[key] else { return nil }
            return reading(value, entry, stream, at: place).map { .stream(stream, $0) }
        }
    }

    /// `text`, or `{format: json, pointer: /a, last_json: true}`, where pointer and last_json may also stand beside the stream.
    private mutating func reading(
        _ value: JSONValue,
        _ entry: Members,
        _ stream: StandardStream,
        at place: JSONPointer
    ) -> StreamReading? {
        var format = value
        var options = entry
        var formatPlace = place
        if value.objectValue != nil {
            let known = ["format", "pointer", "last_json"]
            guard let inner = members(value, "a stream", known: known, at: place) else { return nil }
            formatPlace = inner.place("format")
            let isJSON = inner["pointer"] != nil || inner["last_json"] != nil
            guard inner["format"] != nil || isJSON else {
                note(place, "a stream needs `format`: text, json or lines")
                return nil
            }
            format = inner["format"] ?? "json"
            options = inner
            if format != "json", isJSON { note(place, "`pointer` and `last_json` need `format: json`") }
        }
        switch format {
        case "text": return .text
        case "lines": return .lines
        case "file": return .file(name: fileName(in: entry) ?? stream.rawValue)
        case "json":
            var pointer = JSONPointer()
            if let text = text("pointer", in: options) {
                if let parsed = JSONPointer(parsing: text) {
                    pointer = parsed
                } else {
                    note(options.place("pointer"), "a JSON pointer is written as `/a/0/b`; it is \"\(text)\"")
                }
            }
            return .json(pointer: pointer, takesLast: flag("last_json", in: options) ?? false)
        default:
            note(formatPlace, "a stream is read as `text`, `json`, `lines` or `file`; it is \(format.shown)")
            return nil
        }
    }

    private mutating func path(_ key: String, in entry: Members) -> String? {
        text(key, in: entry).flatMap { path($0, at: entry.place(key)) }
    }

    /// What a file that holds a stream is called.
    private mutating func fileName(in entry: Members) -> String? {
        guard let name = text("name", in: entry) else { return nil }
        let place = entry.place("name")
        if name.isEmpty || name == "." || name == ".." || name.contains("/") {
            note(place, "`name` is the name of a file, without folders; it is \(JSONValue.string(name).shown)")
        } else if template(.string(name), "name", at: place) != nil {
            return name
        }
        return nil
    }

    private mutating func path(_ path: String, at place: JSONPointer) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if path.isEmpty {
            note(place, "the path is empty; it names a file below the tool's work folder")
        } else if path.hasPrefix("/") {
            note(place, "the path must be relative to the tool's work folder; it is \"\(path)\"")
        } else if parts.contains("..") {
            note(place, "the path must not leave the work folder with `..`; it is \"\(path)\"")
        } else if parts.contains("") || parts.contains(".") {
            note(place, "the path must name each folder once, without `.` or `//` or `/` at its end; it is \"\(path)\"")
        } else if template(.string(path), "path", at: place) != nil {
            return path
        }
        return nil
    }

    /// Whether the schema is one that values of the source can fit.
    private mutating func check(_ output: Output, _ entry: Members) {
        let types = output.schema.types
        let place = entry["schema"] == nil ? entry.pointer : entry.place("schema")
        func lacks(_ possible: Set<ValueType>) -> Bool { !types.isEmpty && types.isDisjoint(with: possible) }
        switch output.source {
        case .path where output.source.isGlob:
            if lacks([.array, .file]) {
                note(
                    place,
                    "a glob gives files; the schema must be `type: array` with `items` of files, or `type: file` when just "
                        + "one file matches"
                )
            }
        case .paths:
            if lacks([.array]) { note(place, "several paths give a list; the schema must be `type: array`") }
        case .path:
            if types == [.directory] { note(place, "`path` gives a file; write `directory:` to keep a folder") }
        case .directory:
            if lacks([.directory, .file]) {
                note(place, "`directory` gives a folder; the schema must be `type: directory`")
            }
        case .stream(let stream, .text):
            if lacks([.string]) {
                let hint =
                    "the schema must be `type: string`, or the output must be read with `\(stream.rawValue): json`"
                note(place, "`\(stream.rawValue): text` gives text; \(hint)")
            }
        case .stream(let stream, .lines):
            if lacks([.array]) {
                note(place, "`\(stream.rawValue): lines` gives a list; the schema must be `type: array`")
            }
        case .stream(let stream, .file):
            if lacks([.file]) {
                note(place, "`\(stream.rawValue): file` gives a file; the schema must be `type: file`")
            }
        case .stream(let stream, .json):
            if !types.isEmpty, types.isSubset(of: [.file, .directory]) {
                note(place, "`\(stream.rawValue): json` gives a JSON value, not a file")
            }
        case .exitCode:
            if lacks([.integer, .number]) {
                note(place, "`exit_code` gives a whole number; the schema must be `type: integer`")
            }
        }
        if entry["asset_type"] != nil, !types.isEmpty, !types.contains(.file), !types.contains(.directory),
            !output.schema.isFileList
        {
            noteName(
                entry.place("asset_type"),
                "`asset_type` is for files only; this output is \(output.schema.typesShown)"
            )
        }
    }
}

extension OutputSource {
    /// The schema of an output whose file gives none.
    fileprivate var usualSchema: ValueSchema {
        switch self {
        case .path where isGlob, .paths: Self.schema(["type": "array", "items": ["type": "file"]])
        case .path, .stream(_, .file): Self.schema(["type": "file"])
        case .directory: Self.schema(["type": "directory"])
        case .stream(_, .text): Self.schema(["type": "string"])
        case .stream(_, .lines): Self.schema(["type": "array", "items": ["type": "string"]])
        case .stream(_, .json): ValueSchema()
        case .exitCode: Self.schema(["type": "integer"])
        }
    }

    private static func schema(_ json: JSONValue) -> ValueSchema {
        ValueSchema.decode(json, at: JSONPointer()).schema
    }
}
