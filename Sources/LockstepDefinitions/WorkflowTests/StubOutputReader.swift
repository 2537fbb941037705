internal import LockstepJSON
internal import LockstepModel

/// Reads the outputs that a stub gives, as far as the tool could give them.
struct StubOutputReader {
    let tool: Tool
    /// Absolute path of the folder that relative paths begin at.
    let folder: String

    func values(
        of object: JSONObject,
        at place: JSONPointer,
        _ decoder: inout DefinitionDecoder
    ) -> [String: StubValue] {
        var values: [String: StubValue] = [:]
        for (name, value) in object {
            let here = place.appending(name)
            guard let output = tool.output(name) else {
                let names = tool.outputs.map(\.name)
                let nearest = EditDistance.nearest(to: name, among: names)
                let list = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
                let hint = nearest.map { "did you mean `\($0)`?" } ?? list
                decoder.noteName(here, "the tool `\(tool.id)` has no output `\(name)`; \(hint)", suggestion: nearest)
                continue
            }
            // An optional output that is null is one that was not made.
            if value == .null, output.isOptional, !output.schema.types.contains(.null) { continue }
            values[name] = self.value(value, of: output, at: here, &decoder)
        }
        return values
    }

    private func value(
        _ value: JSONValue,
        of output: Output,
        at place: JSONPointer,
        _ decoder: inout DefinitionDecoder
    ) -> StubValue? {
        let files = TestFileReader(folder: folder)
        if output.schema.isFileList {
            guard let items = value.arrayValue else {
                decoder.note(place, "the output `\(output.name)` is a list of files; it is \(value.shown)")
                return nil
            }
            let schema = output.schema.items?.value
            let list = items.enumerated().compactMap { index, item in
                files.file(
                    item,
                    defaultName: output.fileName(index + 1),
                    schema: schema,
                    isContent: true,
                    at: place.appending(index),
                    &decoder
                )
            }
            checkCount(items.count, of: output, at: place, &decoder)
            return .files(list)
        }
        if output.isStoredFile {
            return files.file(
                value,
                defaultName: output.fileName(1),
                schema: output.schema,
                isContent: true,
                at: place,
                &decoder
            ).map { .file($0) }
        }
        decoder.check(value, "the output `\(output.name)`", against: output.schema, at: place)
        return .json(value)
    }

    private func checkCount(
        _ count: Int,
        of output: Output,
        at place: JSONPointer,
        _ decoder: inout DefinitionDecoder
    ) {
        // A glob that finds nothing is a missing output, unless the schema allows an empty list.
        let least = output.schema.minItems ?? 1
        if count < least {
            decoder.note(place, "the output `\(output.name)` has at least \(least) \(least == 1 ? "file" : "files")")
        }
        if let most = output.schema.maxItems, count > most {
            decoder.note(place, "the output `\(output.name)` has at most \(most) files; these are \(count)")
        }
    }
}

extension Output {
    /// Whether its value is one file in the asset store; a folder is one as well, a tar.
    var isStoredFile: Bool {
        if case .directory = source { return true }
        return schema.isFile || schema.types == [.directory]
    }

    /// What a file of it is called when nobody says it: the last component of its path, with a number for a glob's star.
    fileprivate func fileName(_ number: Int) -> String {
        switch source {
        case .path(let path): return Self.fileName(path, number)
        case .paths(let paths): return Self.fileName(paths.first ?? name, number)
        case .directory(let path): return (path.split(separator: "/").last.map(String.init) ?? path) + ".tar"
        case .stream(_, .file(let name)): return name
        case .stream, .exitCode: return "\(name).txt"
        }
    }

    private static func fileName(_ path: String, _ number: Int) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        let name = last.map { "*?[]".contains($0) ? "\u{0}" : String($0) }.joined()
        guard let first = name.firstIndex(of: "\u{0}") else { return name }
        let rest = name[name.index(after: first)...].filter { $0 != "\u{0}" }
        return name[..<first] + String(number) + rest
    }
}
