internal import LockstepJSON
internal import LockstepModel

/// Turns a CommandLineTool of the Common Workflow Language (CWL) v1.2 into a tool of the registry.
///
/// Reads no file and runs nothing. Whatever a tool file cannot say is noted with its place and reading goes on, so that one
/// call finds all of it; a tool comes out only when nothing was refused.
package struct CWLImporter {
    /// What came of an import.
    package struct Result: Sendable {
        /// Nil when something is refused.
        package let tool: DraftedTool?
        /// What is refused, as errors, and what is left out without harm, as warnings; sorted.
        package let findings: [Finding]
    }

    private(set) var problems: [DefinitionProblem] = []
    let root: JSONObject
    /// By name, in the order of the file.
    var inputs: [CWLInput] = []
    /// Whether a list stands joined, and how, by the name of the input; an input that stands both ways is refused.
    var separators: [String: String?] = [:]
    /// What the requirements say.
    var requests = CWLRequests()
    /// Variables of the environment as the document has them.
    var environmentEntries: [Entry] = []
    /// The input whose type is `stdin`.
    var stdinInput: String?

    static let version = "v1.2"

    /// - Parameters:
    ///   - id: What the tool is to be called; otherwise what the document calls it, or else its file.
    package static func importTool(_ document: SourceDocument, id: String?, fileName: String) -> Result {
        guard let json = document.root?.json, !document.findings.contains(where: \.isError) else {
            return Result(tool: nil, findings: document.findings)
        }
        var importer = CWLImporter(root: json.objectValue ?? [:])
        var definition: JSONObject?
        var toolID = ""
        if json.objectValue == nil {
            importer.refuse(
                JSONPointer(),
                "a CWL document is an object with `class: CommandLineTool`; it is \(json.shown)"
            )
        } else {
            toolID = id ?? importer.documentID ?? DraftedName.valid(from: DefinitionFileName.stem(of: fileName))
            definition = importer.definition(id: toolID)
        }
        var findings = document.findings + importer.problems.map(document.finding)
        guard let definition, !findings.contains(where: \.isError) else {
            return Result(tool: nil, findings: findings.sorted())
        }
        var decoder = DefinitionDecoder()
        _ = decoder.tool(.object(definition))
        // What the importer has missed must not become a file that cannot be used.
        for problem in decoder.problems {
            let message = "the tool that this becomes would not be valid: at \(problem.pointer), \(problem.message)"
            findings.append(document.finding(DefinitionProblem(JSONPointer(), message)))
        }
        guard decoder.problems.isEmpty else { return Result(tool: nil, findings: findings.sorted()) }
        let notes = ["Imported from the CWL tool \(fileName)."] + importer.notes
        return Result(
            tool: DraftedTool(id: toolID, definition: .object(definition), notes: notes),
            findings: findings.sorted()
        )
    }

    private init(root: JSONObject) {
        self.root = root
    }

    // MARK: - Findings

    mutating func refuse(_ pointer: JSONPointer, _ message: String) {
        problems.append(DefinitionProblem(pointer, message))
    }

    mutating func refuseName(_ pointer: JSONPointer, _ message: String, suggestion: String? = nil) {
        problems.append(DefinitionProblem(pointer, message, concernsName: true, suggestion: suggestion))
    }

    mutating func warn(_ pointer: JSONPointer, _ message: String, concernsName: Bool = true) {
        problems.append(DefinitionProblem(pointer, message, concernsName: concernsName, severity: .warning))
    }

    /// Warnings as lines for the top of the file.
    private var notes: [String] {
        problems.filter { $0.severity == .warning }.map { "Not carried over: \($0.message)." }
    }

    // MARK: - The document

    private static let fields = [
        "class", "cwlVersion", "id", "label", "doc", "requirements", "hints", "inputs", "outputs", "baseCommand",
        "arguments", "stdin", "stdout", "stderr", "successCodes", "temporaryFailCodes", "permanentFailCodes", "intent",
    ]

    /// The tool's own name, without the document's.
    private var documentID: String? {
        guard let id = root["id"]?.stringValue else { return nil }
        let name = id.split { "#/".contains($0) }.last.map(String.init) ?? ""
        return name.isEmpty || name == "main" ? nil : DraftedName.valid(from: name)
    }

    private mutating func definition(id: String) -> JSONObject {
        checkDocument()
        refuseIncludes(.object(root), at: JSONPointer())
        readRequirements()
        readInputs()
        var object: JSONObject = ["tool_id": .string(id)]
        object["name"] = .string(text(root["label"], "label", at: JSONPointer(["label"])) ?? id)
        object["version"] = "1.0.0"
        object["description"] = documentation(root["doc"], at: JSONPointer(["doc"])).map { .string($0) }
        object["command"] = .array(command())
        let stdin = standardInput()
        let outputs = outputs()
        let environment = environment()
        // Last, because what stands on the command line says how lists are joined.
        if !inputs.isEmpty { object["parameters"] = .object(JSONObject(inputs.map { ($0.name, parameter($0)) })) }
        if !outputs.isEmpty { object["outputs"] = .object(outputs) }
        object["stdin"] = stdin.map { .string($0) }
        if !environment.isEmpty { object["env"] = .object(environment) }
        if let codes = successCodes() { object["exit_codes"] = ["success": .array(codes.map { .integer($0) })] }
        if requests.usesNetwork { object["sandbox"] = ["network": true] }
        if outputs.contains(where: { $0.value["stdout"] == "file" || $0.value["stderr"] == "file" }) {
            requests.resources["log_size"] = .string(Self.text(ofSize: ResourceLimits.standard.fileSize))
        }
        if !requests.resources.isEmpty { object["resources"] = .object(requests.resources) }
        if requests.mayNotReuse { object["cache"] = false }
        return object
    }

    private mutating func checkDocument() {
        switch root["class"]?.stringValue {
        case "CommandLineTool": break
        case let other?:
            refuse(JSONPointer(["class"]), "only a CommandLineTool becomes a tool; this is `\(other)`")
        case nil:
            let pointer = JSONPointer(root["$graph"] == nil ? [] : ["$graph"])
            let hint = root["$graph"] == nil ? "" : "; write each tool of the `$graph` in a file of its own"
            refuse(pointer, "the document has no `class: CommandLineTool`\(hint)")
            return
        }
        if let version = root["cwlVersion"], version.stringValue != Self.version {
            refuse(
                JSONPointer(["cwlVersion"]),
                "only CWL \(Self.version) is read; this is \(version.shown). `cwl-upgrader` rewrites older documents"
            )
        } else if root["cwlVersion"] == nil {
            refuse(JSONPointer(), "the document does not say `cwlVersion: \(Self.version)`")
        }
        for name in root.names where !Self.fields.contains(name) && !name.contains(":") {
            if name == "$namespaces" || name == "$schemas" { continue }
            let nearest = EditDistance.nearest(to: name, among: Self.fields)
            let hint = nearest.map { "; did you mean `\($0)`?" } ?? ""
            refuseName(JSONPointer([name]), "a CommandLineTool has no field `\(name)`\(hint)", suggestion: nearest)
        }
    }

    /// Nothing is read from other files.
    private mutating func refuseIncludes(_ value: JSONValue, at place: JSONPointer) {
        switch value {
        case .array(let items):
            for (index, item) in items.enumerated() { refuseIncludes(item, at: place.appending(index)) }
        case .object(let object):
            for (name, value) in object {
                if ["$import", "$include", "$mixin"].contains(name) {
                    refuseName(place.appending(name), "`\(name)` is not followed; write here what the other file holds")
                }
                refuseIncludes(value, at: place.appending(name))
            }
        default: break
        }
    }

    private mutating func successCodes() -> [Int64]? {
        for name in ["temporaryFailCodes", "permanentFailCodes"] {
            let codes = self.codes(name)
            let success = root["successCodes"] == nil ? [0] : self.codes("successCodes")
            if codes.contains(where: success.contains) {
                refuseName(JSONPointer([name]), "`\(name)` names an exit code that means success; say which is meant")
            } else if name == "temporaryFailCodes", !codes.isEmpty {
                warn(JSONPointer([name]), "`temporaryFailCodes`, because a step's `retry` says when it is tried again")
            }
        }
        return root["successCodes"] == nil ? nil : codes("successCodes")
    }

    private mutating func codes(_ name: String) -> [Int64] {
        (root[name]?.arrayValue ?? []).compactMap(\.integerValue)
    }

    // MARK: - Texts

    /// A size as tool files write it, in the largest unit that loses nothing.
    static func text(ofSize size: ByteCount) -> String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20)] where size.bytes % (1 << Int64(shift)) == 0 {
            return "\(size.bytes >> Int64(shift))\(unit)"
        }
        return "\(size.bytes)"
    }

    /// A text that is no expression.
    mutating func text(_ value: JSONValue?, _ name: String, at place: JSONPointer) -> String? {
        guard let value, value != .null else { return nil }
        if value.stringValue == nil { refuse(place, "`\(name)` must be text; it is \(value.shown)") }
        return value.stringValue
    }

    /// `doc`: a text or a list of lines.
    mutating func documentation(_ value: JSONValue?, at place: JSONPointer) -> String? {
        if let lines = value?.arrayValue { return lines.compactMap(\.stringValue).joined(separator: "\n") }
        guard var text = text(value, "doc", at: place) else { return nil }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text.isEmpty ? nil : text
    }
}

/// What a file's name says of what it holds.
enum DefinitionFileName {
    /// The last component of a path without its ending.
    static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let cut = name.dropFirst().lastIndex(of: ".") ?? name.endIndex
        return String(name[..<cut])
    }
}
