internal import LockstepJSON
internal import LockstepModel

/// Reads a test file against the workflow that it tests, and notes everything that is wrong with it.
struct WorkflowTestReader {
    var decoder = DefinitionDecoder()
    let tested: TestedWorkflow
    /// Absolute path of the folder that relative paths begin at.
    let folder: String
    /// What the tools' own files give back, by tool.
    let defaults: [ToolID: Stub]

    typealias Members = DefinitionDecoder.Members

    static let keys = ["test_id", "workflow", "description", "inputs", "stubs", "cases"]
    private static let caseKeys = ["name", "description", "inputs", "stubs", "expect"]

    init(_ checked: CheckedWorkflow, folder: String, toolsFolder: String) {
        tested = TestedWorkflow(checked: checked)
        self.folder = folder
        var defaults: [ToolID: Stub] = [:]
        for tool in checked.tools.values {
            guard let stub = tool.stub else { continue }
            // What is wrong with it is said of the tool's own file.
            var decoder = DefinitionDecoder()
            let outputs = StubOutputReader(tool: tool, folder: tool.folder ?? toolsFolder)
                .values(of: stub, at: JSONPointer(["stub"]), &decoder)
            let result = StubOutcome.Result.succeeds(outputs: outputs, exitCode: tool.usualExitCode)
            let pointer = JSONPointer(["stub"])
            defaults[tool.id] = Stub([StubOutcome(result: result, pointer: pointer)], at: pointer)
        }
        self.defaults = defaults
    }

    /// Reads all cases; what stands at the top of the file holds for each of them.
    mutating func cases(in members: Members) -> [WorkflowTestCase] {
        let inputs = inputs(in: members)
        let stubs = stubs(in: members)
        decoder.require("cases", in: members, "a test")
        let items = decoder.list("cases", in: members)
        if members["cases"]?.arrayValue?.isEmpty == true {
            decoder.note(members.place("cases"), "a test needs at least one case")
        }
        var names: Set<String> = []
        return items.compactMap { item, place in
            guard let entry = decoder.members(item, "a case", known: Self.caseKeys, at: place) else { return nil }
            decoder.require("name", in: entry, "a case")
            let name = decoder.text("name", in: entry) ?? ""
            if entry["name"] != nil, name.allSatisfy(\.isWhitespace) {
                decoder.note(entry.place("name"), "the name is empty; say what the case shows")
            } else if !names.insert(name).inserted {
                decoder.note(entry.place("name"), "a second case has the name \(JSONValue.string(name).shown)")
            }
            _ = decoder.text("description", in: entry)
            var all = stubs
            all.override(with: self.stubs(in: entry))
            return WorkflowTestCase(
                name: name,
                pointer: place,
                inputs: Self.merged(inputs, self.inputs(in: entry)),
                stubs: all,
                expectation: expectation(in: entry)
            )
        }
    }

    private static func merged(_ common: [TestInput], _ own: [TestInput]) -> [TestInput] {
        common.filter { input in !own.contains { $0.variable == input.variable } } + own
    }

    // MARK: - Inputs

    private mutating func inputs(in members: Members) -> [TestInput] {
        decoder.entries("inputs", in: members).compactMap { name, value, place in
            let variables = tested.workflow.inputVariables
            guard let variable = variables.named(name) else {
                let known = variables.flatMap { [$0.name, $0.id] }
                noteUnknown(
                    "the workflow `\(tested.workflow.id)` has no input `\(name)`",
                    name,
                    among: known,
                    at: place
                )
                return nil
            }
            return input(variable, value, at: place)
        }
    }

    private mutating func input(_ variable: InputVariable, _ value: JSONValue, at place: JSONPointer) -> TestInput? {
        let files = TestFileReader(folder: folder)
        if variable.schema.isFile {
            return files.file(value, defaultName: "\(variable.id).txt", schema: nil, at: place, &decoder)
                .map { TestInput(variable: variable.id, value: .files([$0]), pointer: place) }
        }
        guard variable.schema.isFileList, let items = value.arrayValue else {
            return TestInput(variable: variable.id, value: .json(value), pointer: place)
        }
        let list = items.enumerated().compactMap { index, item in
            let name = "\(variable.id)-\(index + 1).txt"
            return files.file(item, defaultName: name, schema: nil, at: place.appending(index), &decoder)
        }
        return TestInput(variable: variable.id, value: .files(list), pointer: place)
    }

    // MARK: - Names

    mutating func noteUnknown(
        _ message: String,
        _ name: String,
        among names: [String],
        at place: JSONPointer,
        concernsName: Bool = true
    ) {
        let nearest = EditDistance.nearest(to: name, among: names)
        let list = names.isEmpty ? "it has none" : "it has \(Self.distinct(names).joined(separator: ", "))"
        let hint = nearest.map { "did you mean `\($0)`?" } ?? list
        let text = "\(message); \(hint)"
        if concernsName {
            decoder.noteName(place, text, suggestion: nearest)
        } else {
            decoder.note(place, text, suggestion: nearest)
        }
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension Tool {
    /// The exit code of a call that succeeds, when nobody says another.
    var usualExitCode: Int32 { successExitCodes.contains(0) ? 0 : successExitCodes.min() ?? 0 }
}
