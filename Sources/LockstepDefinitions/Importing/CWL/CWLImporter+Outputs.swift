internal import Glibc
internal import LockstepJSON
internal import LockstepModel

/// What becomes of standard output and of the files that a tool leaves.
extension CWLImporter {
    private static let outputKeys: Set = ["id", "type", "label", "doc", "outputBinding", "format", "streamable"]

    /// What a type of an output means for where it comes from.
    private enum Kind {
        case stream(StandardStream)
        case file
        case files
        case directory
        case text
        case integer
    }

    mutating func outputs() -> JSONObject {
        var outputs = JSONObject()
        let names = streamNames()
        if root["outputs"] == nil {
            refuse(JSONPointer(), "the document has no `outputs`; a tool without any says `outputs: {}`")
        }
        for entry in entries(root["outputs"], name: "id", at: JSONPointer(["outputs"])) {
            outputs[entry.name] = output(entry, names).map { .object($0) }
        }
        return outputs
    }

    /// What the files are called that the streams go to, with placeholders.
    private mutating func streamNames() -> [StandardStream: String] {
        var names: [StandardStream: String] = [:]
        for stream in [StandardStream.stdout, .stderr] {
            let place = JSONPointer([stream.rawValue])
            guard let text = text(root[stream.rawValue], stream.rawValue, at: place),
                let term = term(text, own: nil, at: place)
            else { continue }
            if !term.type.isText || term.mayBeMissing {
                refuse(place, "`\(stream.rawValue)` names a file; \(text) may be something else, or nothing")
            }
            names[stream] = Self.withoutWorkFolder(term.text)
        }
        if let name = names[.stdout], name == names[.stderr] {
            refuse(JSONPointer(["stderr"]), "both streams go to one file, which is not carried")
        }
        return names
    }

    private static func withoutWorkFolder(_ path: String) -> String {
        var path = path
        for start in ["\(workFolder)/", "./"] where path.hasPrefix(start) { path.removeFirst(start.count) }
        while path.hasSuffix("/"), path.count > 1 { path.removeLast() }
        return path
    }

    private mutating func output(_ entry: Entry, _ streams: [StandardStream: String]) -> JSONObject? {
        let isBody =
            entry.body?["type"] != nil && !["array", "enum", "record"].contains(entry.body?["type"]?.stringValue)
        let body = isBody ? entry.body ?? [:] : ["type": entry.value]
        let place = entry.place
        checkKeys(body, Self.outputKeys, "an output", at: place)
        if !DefinitionName.isValid(entry.name) {
            refuseName(place, "the output `\(entry.name)` cannot be called that here; a name \(DefinitionName.rule)")
        }
        let typePlace = isBody ? place.appending("type") : place
        guard let (kind, isOptional) = kind(body["type"] ?? .null, named: entry.name, at: typePlace) else { return nil }
        if body["format"].map({ $0 != .null }) == true {
            warn(place.appending("format"), "`format` of the output \(entry.name), because files have MIME types here")
        }
        var output: JSONObject?
        if case .stream(let stream) = kind {
            output = self.output(of: stream, named: streams[stream] ?? entry.name)
        } else if let binding = body["outputBinding"]?.objectValue {
            output = self.output(kind, binding, streams, at: place.appending("outputBinding"))
        } else {
            refuse(place, "the output `\(entry.name)` has no `outputBinding`; `cwl.output.json` is not read")
        }
        guard var output else { return nil }
        if isOptional { output["optional"] = true }
        output["description"] = description(of: body, at: place).map { .string($0) }
        return output
    }

    private mutating func kind(_ json: JSONValue, named name: String, at place: JSONPointer) -> (Kind, Bool)? {
        var types = json.arrayValue ?? [json]
        var isOptional = types.contains("null")
        types.removeAll { $0 == "null" }
        var type = types.count == 1 ? types[0] : json
        if let text = type.stringValue, text.hasSuffix("?") {
            isOptional = true
            type = .string(String(text.dropLast()))
        }
        if type["type"] == "array", let items = type["items"]?.stringValue { type = .string(items + "[]") }
        let kind: Kind
        switch type {
        case "stdout": kind = .stream(.stdout)
        case "stderr": kind = .stream(.stderr)
        case "File": kind = .file
        case "File[]": kind = .files
        case "Directory": kind = .directory
        case "string": kind = .text
        case "int", "long": kind = .integer
        default:
            refuse(
                place,
                "the output `\(name)` is \(type.shown), which is not carried; it may be File, File[], Directory, stdout or stderr"
            )
            return nil
        }
        return (kind, isOptional)
    }

    private func output(of stream: StandardStream, named name: String) -> JSONObject {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return [stream.rawValue: "file", "name": .string(last), "schema": ["type": "file"]]
    }

    private mutating func output(
        _ kind: Kind,
        _ binding: JSONObject,
        _ streams: [StandardStream: String],
        at place: JSONPointer
    ) -> JSONObject? {
        checkKeys(binding, ["glob", "outputEval", "loadContents"], "an `outputBinding`", at: place)
        if case .integer = kind {
            guard binding["outputEval"]?.stringValue?.trimmed == "$(runtime.exitCode)" else {
                refuse(place, "a number as an output is carried as `outputEval: $(runtime.exitCode)` only")
                return nil
            }
            return ["exit_code": true]
        }
        let isContents = binding["outputEval"]?.stringValue?.trimmed == "$(self[0].contents)"
        switch kind {
        case .text:
            guard isContents, binding["loadContents"] == true else {
                refuse(
                    place,
                    "text as an output is carried with `loadContents: true` and `outputEval: $(self[0].contents)` only"
                )
                return nil
            }
        default:
            if let code = binding["outputEval"], code != .null {
                refuseName(place.appending("outputEval"), "`outputEval` (\(code.shown)) is not carried for a file")
            }
        }
        let globs = globs(binding["glob"], at: place.appending("glob"))
        guard !globs.isEmpty else { return nil }
        return output(kind, globs, streams, at: place.appending("glob"))
    }

    /// The patterns with placeholders; empty after noting what is wrong with them.
    private mutating func globs(_ json: JSONValue?, at place: JSONPointer) -> [String] {
        let items = json?.arrayValue?.enumerated().map { ($1, place.appending($0)) } ?? json.map { [($0, place)] } ?? []
        if items.isEmpty { refuse(place.parent, "an `outputBinding` needs `glob`") }
        var globs: [String] = []
        for (item, place) in items {
            guard let text = text(item, "glob", at: place), let term = term(text, own: nil, at: place) else {
                return []
            }
            guard term.type.isText, !term.mayBeMissing else {
                refuse(place, "`glob` names files; \(text) may be something else, or nothing")
                return []
            }
            let glob = Self.withoutWorkFolder(term.text)
            if glob.isEmpty || glob == "." || glob == Self.workFolder {
                refuse(place, "the whole work folder as an output is not carried; let the tool write to a folder in it")
                return []
            }
            globs.append(glob)
        }
        return globs
    }

    private mutating func output(
        _ kind: Kind,
        _ globs: [String],
        _ streams: [StandardStream: String],
        at place: JSONPointer
    ) -> JSONObject? {
        if globs.count == 1, let (stream, name) = streams.first(where: { $0.value == globs[0] }) {
            if case .text = kind {
                let message =
                    "the last line break of `\(stream.rawValue)`, because text that is read from a stream loses it"
                warn(place, message, concernsName: false)
                return [stream.rawValue: "text", "schema": ["type": "string"]]
            }
            if case .file = kind { return output(of: stream, named: name) }
        }
        for (stream, name) in streams {
            for glob in globs where glob == name || OutputSource.isGlob(glob) && Self.mayMatch(glob, name) {
                refuse(
                    place,
                    "the pattern `\(glob)` also takes the file of `\(stream.rawValue)`, which is no file in the work folder here"
                )
                return nil
            }
        }
        let path: JSONValue = globs.count == 1 ? .string(globs[0]) : .array(globs.map { .string($0) })
        let isPattern = globs.count > 1 || OutputSource.isGlob(globs[0])
        switch kind {
        case .file where globs.count > 1, .text where isPattern, .directory where isPattern:
            refuse(
                place,
                "a pattern for a single value is carried for one File only; name the file, or make the output File[]"
            )
            return nil
        case .file: return ["path": path, "schema": ["type": "file"]]
        case .files:
            // A list with one fixed name would be a single file; a pattern that matches only this name gives a list.
            let paths: JSONValue = isPattern ? path : .array([path])
            return ["path": paths, "schema": ["type": "array", "items": ["type": "file"], "minItems": 0]]
        case .directory: return ["directory": path, "schema": ["type": "directory"]]
        case .text: return ["path": path, "schema": ["type": "string"]]
        case .stream, .integer: return nil
        }
    }

    /// Whether a pattern takes a name; one of which a part is not known yet may always.
    private static func mayMatch(_ glob: String, _ name: String) -> Bool {
        if glob.contains("${") || name.contains("${") { return true }
        return fnmatch(glob, name, FNM_PATHNAME | FNM_PERIOD) == 0
    }
}
