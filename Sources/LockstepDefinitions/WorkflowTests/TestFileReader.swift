internal import LockstepJSON
internal import LockstepModel

/// Reads how a test gives a file: its path, or `{content: …, name: …, mime_type: …}`, or `{file: PATH, …}`.
struct TestFileReader {
    /// Absolute path of the folder that relative paths begin at.
    let folder: String

    /// - Parameters:
    ///   - defaultName: What a file is called whose content alone is given.
    ///   - schema: What a tool promises of the file; nil for an input, which is looked at as any input is.
    ///   - isContent: Whether a mere text is the file's content, and not its path.
    func file(
        _ value: JSONValue,
        defaultName: String,
        schema: ValueSchema?,
        isContent: Bool = false,
        at place: JSONPointer,
        _ decoder: inout DefinitionDecoder
    ) -> TestFile? {
        if let text = value.stringValue {
            guard isContent else { return stored(text, nil, nil, schema, at: place, &decoder) }
            return made(.text(text), defaultName, nil, schema, at: place, &decoder)
        }
        guard value.objectValue != nil else {
            let wanted = isContent ? "the content of a file" : "the path of a file"
            decoder.note(place, "give \(wanted), or `{content: …, name: …, mime_type: …}`; it is \(value.shown)")
            return nil
        }
        let known = ["content", "file", "name", "mime_type"]
        guard let entry = decoder.members(value, "a file", known: known, at: place) else { return nil }
        let name = self.name(in: entry, &decoder)
        let mimeType = decoder.text("mime_type", in: entry)
        switch (decoder.text("content", in: entry), decoder.text("file", in: entry)) {
        case (let text?, nil): return made(.text(text), name ?? defaultName, mimeType, schema, at: place, &decoder)
        case (nil, let path?): return stored(path, name, mimeType, schema, at: entry.place("file"), &decoder)
        case (nil, nil):
            if entry["content"] == nil, entry["file"] == nil {
                decoder.note(place, "a file needs `content`, its text, or `file`, the path of another one")
            }
        default: decoder.note(entry.place("file"), "a file has either `content` or `file`; leave one of them out")
        }
        return nil
    }

    private func name(in entry: DefinitionDecoder.Members, _ decoder: inout DefinitionDecoder) -> String? {
        guard let name = decoder.text("name", in: entry) else { return nil }
        let hasControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")), !hasControl,
            name.utf8.count <= 255
        else {
            decoder.note(
                entry.place("name"),
                "`name` is the name of a file without its folder; it is \(JSONValue.string(name).shown)"
            )
            return nil
        }
        return name
    }

    private func stored(
        _ path: String,
        _ name: String?,
        _ mimeType: String?,
        _ schema: ValueSchema?,
        at place: JSONPointer,
        _ decoder: inout DefinitionDecoder
    ) -> TestFile? {
        let absolute = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        guard !path.isEmpty, SourceFile.exists(absolute), !SourceFile.isFolder(absolute) else {
            let what = SourceFile.isFolder(absolute) && !path.isEmpty ? "this is a folder" : "there is no such file"
            decoder.note(
                place,
                "\(what): \(JSONValue.string(path).shown); a path begins at the folder of the test file"
            )
            return nil
        }
        let own = path.split(separator: "/").last.map(String.init) ?? path
        check(mimeType, schema, at: place, &decoder)
        return TestFile(content: .file(absolute), name: name ?? own, mimeType: mimeType, pointer: place)
    }

    private func made(
        _ content: TestFile.Content,
        _ name: String,
        _ mimeType: String?,
        _ schema: ValueSchema?,
        at place: JSONPointer,
        _ decoder: inout DefinitionDecoder
    ) -> TestFile? {
        check(mimeType, schema, at: place, &decoder)
        let allowed = schema?.mimeTypes ?? []
        // A stand-in need not look like what it stands for.
        let usual =
            allowed.first { !$0.contains("*") }
            ?? allowed.first { MIMEType($0).covers("text/plain") }.map { _ in "text/plain" }
        if mimeType == nil, usual == nil, !allowed.isEmpty {
            decoder.note(
                place,
                "say the type of the file with `mime_type`; the tool makes \(allowed.joined(separator: ", "))"
            )
        }
        return TestFile(content: content, name: name, mimeType: mimeType ?? usual, pointer: place)
    }

    private func check(
        _ mimeType: String?,
        _ schema: ValueSchema?,
        at place: JSONPointer,
        _ decoder: inout DefinitionDecoder
    ) {
        guard let mimeType, let allowed = schema?.mimeTypes, !allowed.isEmpty,
            !allowed.contains(where: { MIMEType($0).covers(mimeType) })
        else { return }
        decoder.note(
            place,
            "the tool makes \(allowed.joined(separator: ", ")); `mime_type` is \(JSONValue.string(mimeType).shown)"
        )
    }
}
