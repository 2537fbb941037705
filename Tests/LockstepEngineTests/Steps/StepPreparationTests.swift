import LockstepExecution
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepEngine

/// The formats document's rules on how values become an argument vector.
struct StepPreparationTests {
    private func schema(_ json: JSONValue) throws -> ValueSchema { try ValueSchema(decoding: json) }

    private func template(_ text: String) throws -> Template { try #require(Template(parsing: text)) }

    private func prepare(
        _ command: [CommandItem],
        _ parameters: [Parameter],
        _ values: [String: JSONValue],
        stdin: Template? = nil
    ) throws -> StepPreparation.Prepared {
        let tool = Tool(
            id: ToolID("t"),
            name: "T",
            version: "1",
            command: command,
            parameters: parameters,
            stdin: stdin
        )
        let step = WorkflowStep(
            id: StepID("s"),
            work: .tool(ToolReference(id: ToolID("t"))),
            parameterMappings: parameters.filter { values[$0.name] != nil }
                .map { ParameterMapping($0.name, .variable($0.name)) }
        )
        let preparation = StepPreparation(step: step, tool: tool, variables: values, blobPath: { "/blobs/\($0)" })
        return try preparation.prepare()
    }

    private func file(_ name: String, _ sha: String = "aa") -> JSONValue {
        FileValue(assetID: AssetID("file_1"), name: name, mimeType: "text/plain", size: 1, sha256: sha).json
    }

    @Test func `text goes into its place, also inside other text`() throws {
        let prepared = try prepare(
            [.argument(try template("echo")), .argument(try template("a=${x};$${x}"))],
            [Parameter(name: "x", schema: try schema(["type": "string"]))],
            ["x": "one two\n$(rm)"]
        )
        #expect(prepared.command == ["echo", "a=one two\n$(rm);${x}"])
    }

    static let flags: [(JSONValue?, [String])] = [
        (.bool(true), ["run", "-v"]), (.bool(false), ["run"]), (nil, ["run"]),
    ]

    @Test(arguments: flags)
    func `a group with a flag stays or goes as a whole`(value: JSONValue?, expected: [String]) throws {
        let prepared = try prepare(
            [.argument(try template("run")), .optionalGroup([try template("-v"), try template("${flag}")])],
            [Parameter(name: "flag", schema: try schema(["type": "boolean"]))],
            value.map { ["flag": $0] } ?? [:]
        )
        #expect(prepared.command == expected)
    }

    @Test func `a list alone in its place becomes several arguments`() throws {
        let prepared = try prepare(
            [.argument(try template("run")), .argument(try template("${items}")), .argument(try template("end"))],
            [Parameter(name: "items", schema: try schema(["type": "array"]))],
            ["items": ["a b", 2, true]]
        )
        #expect(prepared.command == ["run", "a b", "2", "true", "end"])
    }

    @Test func `files become paths in the sandbox`() throws {
        let files = try schema(["type": "array", "items": ["type": "file"]])
        let prepared = try prepare(
            [.argument(try template("${one}")), .argument(try template("${many}"))],
            [Parameter(name: "one", schema: try schema(["type": "file"])), Parameter(name: "many", schema: files)],
            ["one": file("a.txt", "aa"), "many": .array([file("b.txt", "bb"), file("b.txt", "cc")])]
        )
        #expect(prepared.command == ["/in/one/a.txt", "/in/many/1/b.txt", "/in/many/2/b.txt"])
        #expect(
            prepared.inputs == [
                StepInputFile(.host("/blobs/aa"), path: "/in/one/a.txt"),
                StepInputFile(.host("/blobs/bb"), path: "/in/many/1/b.txt"),
                StepInputFile(.host("/blobs/cc"), path: "/in/many/2/b.txt"),
            ]
        )
    }

    @Test func `a value passed by file is a path, whatever its size`() throws {
        let text = String(repeating: "x", count: 100_000)
        let prepared = try prepare(
            [.argument(try template("${text}"))],
            [Parameter(name: "text", schema: try schema(["type": "string"]), passesAsFile: true)],
            ["text": .string(text)]
        )
        #expect(prepared.command == ["/in/text/text.txt"])
        #expect(prepared.inputs == [StepInputFile(.bytes(Array(text.utf8)), path: "/in/text/text.txt")])
    }

    @Test func `a large value in an argument is refused with step, parameter, size and remedy`() throws {
        let error = #expect(throws: StepFailure.self) {
            try prepare(
                [.argument(try template("${text}"))],
                [Parameter(name: "text", schema: try schema(["type": "string"]))],
                ["text": .string(String(repeating: "x", count: 65_537))]
            )
        }
        #expect(error?.code == .resourceLimit)
        for word in ["Step s", "parameter text", "64 KiB", "pass: file"] {
            #expect(error?.message.contains(word) == true, "\(word) in \(error?.message ?? "")")
        }
    }

    @Test func `a large value is taken from standard input`() throws {
        let text = String(repeating: "x", count: 70_000)
        let prepared = try prepare(
            [.argument(try template("cat"))],
            [Parameter(name: "text", schema: try schema(["type": "string"]))],
            ["text": .string(text)],
            stdin: try template("${text}")
        )
        guard case .bytes(let bytes)? = prepared.stdin else {
            Issue.record("standard input is not the text")
            return
        }
        #expect(bytes == Array(text.utf8))
    }

    @Test func `a NUL character is refused before anything starts`() throws {
        let error = #expect(throws: StepFailure.self) {
            try prepare(
                [.argument(try template("${text}"))],
                [Parameter(name: "text", schema: try schema(["type": "string"]))],
                ["text": "a\0b"]
            )
        }
        #expect(error?.message.contains("NUL") == true)
    }

    @Test func `a wrong value and a missing one are reported together`() throws {
        let error = #expect(throws: StepFailure.self) {
            try prepare(
                [.argument(try template("${n}"))],
                [
                    Parameter(name: "n", schema: try schema(["type": "integer"])),
                    Parameter(name: "needed", isRequired: true, schema: try schema(["type": "string"])),
                ],
                ["n": "text"]
            )
        }
        #expect(error?.code == .validationError)
        #expect(error?.message.contains("parameter n") == true)
        #expect(error?.message.contains("needed") == true)
    }

    @Test func `a default fills in for a parameter that is not mapped`() throws {
        let prepared = try prepare(
            [.argument(try template("${n}"))],
            [Parameter(name: "n", defaultValue: 7, schema: try schema(["type": "integer"]))],
            [:]
        )
        #expect(prepared.command == ["7"])
    }
}
