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

    // MARK: - Parts that repeat, joined lists, members

    @Test func `a part repeats for each item and keeps the paths of files`() throws {
        let files = try schema(["type": "array", "items": ["type": "file"]])
        let people = try schema(["type": "array", "items": ["type": "object"]])
        let command: [CommandItem] = [
            .argument(try template("run")),
            .repetition(
                [.argument(try template("-f")), .argument(try template("${files}=${files.stem}"))],
                over: "files"
            ),
            .repetition(
                [
                    .argument(try template("${people.name}")),
                    .optionalGroup([try template("-a"), try template("${people.age}")]),
                ],
                over: "people"
            ),
        ]
        let parameters = [Parameter(name: "files", schema: files), Parameter(name: "people", schema: people)]
        let values: [String: JSONValue] = [
            "files": .array([file("b.tar.gz"), file(".hidden")]),
            "people": [["name": "Ann", "age": 3], ["name": "Bob"]],
        ]
        #expect(
            try prepare(command, parameters, values).command == [
                "run", "-f", "/in/files/1/b.tar.gz=b.tar", "-f", "/in/files/2/.hidden=.hidden", "Ann", "-a", "3", "Bob",
            ]
        )
        #expect(try prepare(command, parameters, ["files": [], "people": []]).command == ["run"])
        #expect(try prepare(command, parameters, [:]).command == ["run"])
    }

    @Test func `a list with a separator is one argument, and none when it is empty`() throws {
        let parameter = Parameter(name: "l", schema: try schema(["type": "array"]), separator: ",")
        let command: [CommandItem] = [
            .argument(try template("run")), .optionalGroup([try template("--l=${l}")]),
            .repetition([.argument(try template("${l}"))], over: "l"),
        ]
        #expect(try prepare(command, [parameter], ["l": ["a", 2]]).command == ["run", "--l=a,2", "a", "2"])
        #expect(try prepare(command, [parameter], ["l": []]).command == ["run"])
    }

    @Test func `members of objects and files stand in placeholders, and a name with a dot goes first`() throws {
        let parameters = [
            Parameter(name: "box", schema: try schema(["type": "object"])),
            Parameter(name: "box.b", schema: try schema(["type": "string"])),
            Parameter(name: "f", schema: try schema(["type": "file"])),
        ]
        let command: [CommandItem] = [
            .argument(try template("${box.a}-${box.b}-${box.c.d}")),
            .optionalGroup([try template("-x"), try template("${box.no}")]),
            .argument(try template("${f.name} ${f.stem}${f.extension} ${f.mime_type} ${f.file_size}")),
        ]
        let values: [String: JSONValue] = [
            "box": ["a": 1, "b": "not this", "c": ["d": true]], "box.b": "this", "f": file("x.txt"),
        ]
        #expect(try prepare(command, parameters, values).command == ["1-this-true", "x.txt x.txt text/plain 1"])
    }

    @Test(arguments: [
        (1e-7, "0.0000001"), (-2.5e-10, "-0.00000000025"), (1.5e20, "150000000000000000000.0"), (2.5, "2.5"),
        (3.0, "3.0"),
    ])
    func `numbers are written without an exponent`(_ number: Double, _ text: String) throws {
        let parameter = Parameter(name: "n", schema: try schema(["type": "number"]))
        #expect(try prepare([.argument(try template("${n}"))], [parameter], ["n": .number(number)]).command == [text])
    }

    private func outputs(_ output: Output, _ name: JSONValue?) throws -> [Output] {
        let tool = Tool(
            id: ToolID("t"),
            name: "T",
            version: "1",
            command: [.argument(try template("run"))],
            parameters: [Parameter(name: "name", schema: ValueSchema())],
            outputs: [output]
        )
        let step = WorkflowStep(
            id: StepID("s"),
            work: .tool(ToolReference(id: ToolID("t"))),
            parameterMappings: [ParameterMapping("name", .variable("name"))]
        )
        let variables = name.map { ["name": $0] } ?? [:]
        return try StepPreparation(step: step, tool: tool, variables: variables, blobPath: { $0 }).prepare().outputs
    }

    @Test func `placeholders in the places of outputs are filled`() throws {
        let sources: [(OutputSource, OutputSource)] = [
            (.path("${name}.txt"), .path("a b.txt")), (.path("$${x}"), .path("${x}")),
            (.directory("d/${name}"), .directory("d/a b")),
            (.paths(["${name}", "*.x"]), .paths(["a b", "*.x"])), (.path("${name}*"), .path("a b*")),
            (.stream(.stdout, .file(name: "${name}")), .stream(.stdout, .file(name: "a b"))), (.exitCode, .exitCode),
        ]
        for (source, filled) in sources {
            let output = Output(name: "o", source: source, schema: ValueSchema())
            #expect(try outputs(output, "a b").map(\.source) == [filled])
        }
        let optional = Output(name: "o", source: .path("${name}"), schema: ValueSchema(), isOptional: true)
        #expect(try outputs(optional, nil).isEmpty)
    }

    @Test(arguments: [
        (JSONValue.string("../x"), "not a path inside"), ("/etc/passwd", "not a path inside"),
        ("a/../../b", "not a path inside"),
        ("", "not a path inside"), (".", "not a path inside"), ("a//b", "not a path inside"), ("*.txt", "must not add"),
        ("[a]", "must not add"), ("a\0b", "NUL"),
    ])
    func `a value that would lead an output elsewhere is refused`(_ value: JSONValue, _ words: String) throws {
        let output = Output(name: "o", source: .path("${name}"), schema: ValueSchema())
        let error = #expect(throws: StepFailure.self) { try outputs(output, value) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        let missing = #expect(throws: StepFailure.self) { try outputs(output, nil) }
        #expect(missing?.message.contains("name has no value") == true)
    }
}
