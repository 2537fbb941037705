internal import LockstepJSON
internal import LockstepModel

/// A definition with everything that is wrong with its own file.
struct Loaded<Value: Sendable>: Sendable {
    let document: SourceDocument
    /// As far as it can be read; nil when it is not even an object.
    let value: Value?
    /// Sorted.
    let findings: [Finding]

    var hasErrors: Bool { findings.contains(where: \.isError) }
}

/// Reads definition files of one project and checks each by itself.
struct DefinitionLoader: Sendable {
    let project: Project

    /// Nil when there is no such file.
    func tool(_ file: DefinitionFile) -> Loaded<Tool>? {
        load(file, key: "tool_id") { decoder, json in
            guard let tool = decoder.tool(json, folder: file.folder) else { return nil }
            decoder.checkOwnFiles(of: tool)
            return tool
        }
    }

    /// Nil when there is no such file.
    ///
    /// - Parameter document: What is in the file, where it was read before.
    func workflow(_ file: DefinitionFile, _ document: SourceDocument? = nil) -> Loaded<Workflow>? {
        load(file, document, key: "workflow_id") { decoder, json in decoder.workflow(json) }
    }

    private func load<Value>(
        _ file: DefinitionFile,
        _ known: SourceDocument? = nil,
        key: String,
        decode: (inout DefinitionDecoder, JSONValue) -> Value?
    ) -> Loaded<Value>? {
        guard let document = known ?? SourceDocument.load(file.path, named: project.relative(file.path)) else {
            return nil
        }
        guard let json = document.root?.json else {
            return Loaded(document: document, value: nil, findings: document.findings)
        }
        var decoder = DefinitionDecoder()
        let value = decode(&decoder, json)
        if let id = json[key]?.stringValue, id != file.name {
            let noun = file.folder == nil ? "file" : "folder"
            let message = "the \(key) `\(id)` is not the name of its \(noun), `\(file.name)`; rename one of them"
            decoder.note(JSONPointer([key]), message)
        }
        let findings = document.findings + decoder.problems.map(document.finding)
        return Loaded(document: document, value: value, findings: findings.sorted())
    }
}

extension DefinitionDecoder {
    /// Checks that files of the tool's own folder, named as `/tool/…` in its command, are there.
    fileprivate mutating func checkOwnFiles(of tool: Tool) {
        let items = tool.definition["command"]?.arrayValue ?? []
        for (index, item) in items.enumerated() {
            let place = JSONPointer(["command", String(index)])
            checkOwnFiles(in: item, of: tool, isProgram: index == 0, at: place)
        }
    }

    private mutating func checkOwnFiles(in item: JSONValue, of tool: Tool, isProgram: Bool, at place: JSONPointer) {
        let isRepeated = item["repeat"] != nil
        guard let items = item.arrayValue ?? item["repeat"]?.arrayValue else {
            return checkOwnFile(item, of: tool, isProgram: isProgram, at: place)
        }
        for (index, item) in items.enumerated() {
            let inner = isRepeated ? place.appending("repeat") : place
            checkOwnFiles(in: item, of: tool, isProgram: false, at: inner.appending(index))
        }
    }

    private mutating func checkOwnFile(_ item: JSONValue, of tool: Tool, isProgram: Bool, at place: JSONPointer) {
        guard let text = item.stringValue, text.hasPrefix("/tool/"),
            Template(parsing: text)?.placeholders.isEmpty == true
        else { return }
        guard let folder = tool.folder else {
            let id = tool.id.rawValue
            return note(
                place,
                "this tool has no folder of its own; move it to tools-registry/\(id)/tool.yaml, beside \(text.dropFirst(6))"
            )
        }
        let path = folder + "/" + text.dropFirst(6)
        guard SourceFile.exists(path) else {
            let name = String(text.dropFirst(6))
            let nearest = EditDistance.nearest(to: name, among: SourceFile.names(in: folder)).map { "/tool/" + $0 }
            let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
            return note(place, "the tool's folder has no file `\(name)`\(hint)", suggestion: nearest)
        }
        if isProgram, !SourceFile.isExecutable(path) {
            note(place, "the file cannot be executed; run `chmod +x` on \(text.dropFirst(6)) in the tool's folder")
        }
    }
}
