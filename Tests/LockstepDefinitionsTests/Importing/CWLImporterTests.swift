import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepDefinitions

struct CWLImporterTests {
    private func document(_ name: String) throws -> SourceDocument {
        let path = PackageRoot.path("Tests/LockstepDefinitionsTests/Importing/Fixtures/\(name).cwl")
        return try #require(SourceDocument.load(path, named: "\(name).cwl"))
    }

    private func result(_ text: String, id: String? = nil) -> CWLImporter.Result {
        let document = SourceDocument(file: "made.cwl", bytes: Array(text.utf8))
        return CWLImporter.importTool(document, id: id, fileName: "made.cwl")
    }

    /// The command of a tool with these inputs and arguments.
    private func command(inputs: String, arguments: String = "[]") throws -> [JSONValue] {
        let text = """
            {cwlVersion: v1.2, class: CommandLineTool, baseCommand: run, outputs: {}, inputs: \(inputs), arguments: \(arguments)}
            """
        let result = result(text)
        let tool = try #require(result.tool, "\(result.findings.map(\.rendered))")
        return try #require(tool.definition["command"]?.arrayValue)
    }

    /// What is refused of a tool with these fields.
    private func refusals(_ fields: String, inputs: String = "{}") -> [String] {
        let text = """
            cwlVersion: v1.2
            class: CommandLineTool
            baseCommand: run
            inputs: \(inputs)
            \(fields.contains("outputs:") ? "" : "outputs: {}\n")\(fields)
            """
        return result(text).findings.filter(\.isError).map(\.message)
    }

    @Test(arguments: [
        "count_words", "cut_fields", "find_lines", "make_folder", "order", "pack", "sort_lines", "split_text",
    ])
    func `What comes out is read back from its YAML as a valid tool`(_ name: String) throws {
        let result = CWLImporter.importTool(try document(name), id: nil, fileName: "\(name).cwl")
        let tool = try #require(result.tool, "\(result.findings.map(\.rendered))")
        let written = SourceDocument(file: "t.yaml", bytes: Array(tool.yaml.utf8))
        #expect(written.root?.json == tool.definition)
        _ = try Tool(definition: tool.definition)
    }

    /// cwltool was seen to give the same line (`scripts/compare-cwl`).
    @Test
    func `Bindings are sorted by position, then index or name, level by level`() throws {
        let tool = try #require(CWLImporter.importTool(try document("order"), id: nil, fileName: "order.cwl").tool)
        let expected: JSONValue = [
            "echo", "base", "cores=1", "-e", "${early}", "${loose.z}", "literal", "$(not a reference) ${unbound}",
            "${Beta}",
            "-a", "${alpha}", "${zebra}", "-p", "one ${unbound} two", ["-A", "${list}"],
            ["repeat": ["-B=${repeated}"], "over": "repeated"], ["-C=${joined}"], "--box", ["-c", "${box.c}"], "-x",
            "${box.a}", "-b", "${box.b}",
            ["repeat": [["-g", "${people.age}"], "-n", "${people.name}"], "over": "people"],
            ["-s", "<${shown}>"], "${late}", ["-y", "${loose.y}"],
        ]
        #expect(tool.definition["command"] == expected)
        #expect(tool.definition["parameters"]?["joined"]?["separator"] == ",")
    }

    @Test
    func `Everything that cannot be carried is named with its place at once`() throws {
        let result = CWLImporter.importTool(try document("refused"), id: nil, fileName: "refused.cwl")
        #expect(result.tool == nil)
        let places = result.findings.map { "\($0.position?.line ?? 0):\($0.position?.column ?? 0)" }
        #expect(
            places == [
                "5:3", "6:3", "7:3", "8:3", "9:3", "10:34", "11:3", "13:23", "14:11", "15:13", "16:11", "17:13",
                "18:32",
                "19:33", "20:89", "21:56", "22:53", "23:54", "24:3", "26:5", "27:5", "28:5", "29:5", "30:5", "31:5",
                "32:8",
                "34:9", "35:1", "36:1", "38:47", "39:49", "40:19", "41:42", "42:12", "43:57", "44:54", "45:29",
            ]
        )
        for word in [
            "InlineJavascriptRequirement", "ShellCommandRequirement", "InitialWorkDirRequirement", "DockerRequirement",
            "secondaryFiles", "`Directory`", "`Any`", "` return 1 `", "dirname", "`inputs.count + 1`",
        ] {
            #expect(result.findings.contains { $0.message.contains(word) }, "\(word)")
        }
    }

    @Test(arguments: [
        ("{a: {type: string?, inputBinding: {prefix: -a}}}", #"[["-a", "${a}"]]"#),
        ("{a: {type: string?, inputBinding: {prefix: -a=, separate: false}}}", #"[["-a=${a}"]]"#),
        ("{a: {type: string?, inputBinding: {}}}", #"["${a}"]"#),
        ("{a: {type: string, default: x, inputBinding: {prefix: -a}}}", #"["-a", "${a}"]"#),
        ("{a: {type: boolean, inputBinding: {prefix: -a}}}", #"[["-a", "${a}"]]"#),
        ("{a: {type: boolean, inputBinding: {}}}", "[]"),
        ("{a: {type: 'int[]', inputBinding: {}}}", #"["${a}"]"#),
        ("{a: {type: 'int[]?', inputBinding: {prefix: -a}}}", #"[["-a", "${a}"]]"#),
        ("{a: {type: 'int[]', inputBinding: {prefix: -a, itemSeparator: ':'}}}", #"[["-a", "${a}"]]"#),
        (
            "{a: {type: {type: array, items: File, inputBinding: {prefix: -f}}}}",
            #"[{"repeat": ["-f", "${a}"], "over": "a"}]"#
        ),
        ("{a: {type: [string, int], inputBinding: {prefix: -a}}}", #"["-a", "${a}"]"#),
        ("{a: {type: {type: enum, symbols: ['doc#a/x', y]}, inputBinding: {}}}", #"["${a}"]"#),
        ("{a: {type: File, inputBinding: {valueFrom: $(self.nameroot)}}}", #"["${a.stem}"]"#),
        ("{a: {type: File?, inputBinding: {prefix: -n, valueFrom: $(self.basename)}}}", #"[["-n", "${a.name}"]]"#),
        ("{a: {type: string, inputBinding: {prefix: '${b'}}}", #"["$${b", "${a}"]"#),
        ("[{id: '#main/a', type: string, inputBinding: {}}]", #"["${a}"]"#),
        ("{a: string}", "[]"), ("{a: {type: array, items: string}}", "[]"),
    ])
    func `An input stands on the command line as the specification says`(_ inputs: String, _ items: String) throws {
        let expected = try JSONValue(parsing: Array(items.utf8))
        #expect(try command(inputs: inputs).dropFirst() == (expected.arrayValue ?? [])[...])
    }

    @Test(arguments: [
        ("'$(inputs[\"f\"].path)'", "${f}"), ("$(inputs.f.nameext)", "${f.extension}"),
        ("$(inputs.f.size)", "${f.file_size}"),
        ("$(runtime.outdir)/x", "/step/x"), ("$(runtime.tmpdir)", "/tmp"), ("' a $(inputs.n) '", "a ${n}"),
        ("'\\$(inputs.n) $(inputs.n)'", "$(inputs.n) ${n}"), ("'\\\\\\\\ $(inputs.n)'", "\\\\ ${n}"),
        ("'a\\\\\\\\b'", "a\\\\\\\\b"),
        ("$(inputs.b)x", "${b}x"), ("literal", "literal"),
    ])
    func `References become placeholders`(_ argument: String, _ item: String) throws {
        let inputs = "{f: File, n: int, b: boolean}"
        #expect(try command(inputs: inputs, arguments: "[\(argument)]").last == .string(item))
    }

    @Test(arguments: [
        ("requirements: {NetworkAccess: {networkAccess: true}}", "sandbox", #"{"network": true}"#),
        ("hints: [{class: ToolTimeLimit, timelimit: 90}]", "resources", #"{"wall": "90s"}"#),
        ("hints: {ResourceRequirement: {ramMin: 4096}}", "resources", #"{"memory": "4GiB"}"#),
        ("hints: {ResourceRequirement: {ramMin: 100, ramMax: 300}}", "resources", #"{"memory": "300MiB"}"#),
        ("hints: {ResourceRequirement: {outdirMin: 10240}}", "resources", #"{"work_size": "10GiB"}"#),
        ("requirements: {EnvVarRequirement: {envDef: [{envName: A, envValue: b}]}}", "env", #"{"A": "b"}"#),
        ("requirements: {WorkReuse: {enableReuse: false}}", "cache", "false"),
        ("successCodes: [0, 2]", "exit_codes", #"{"success": [0, 2]}"#),
        ("doc: [one, two]", "description", #""one\ntwo""#), ("label: A name", "name", #""A name""#),
        ("id: '#a b'", "tool_id", #""a_b""#),
        (
            "outputs: {o: {type: Directory, outputBinding: {glob: $(runtime.outdir)/d/}}}", "outputs",
            #"{"o": {"directory": "d", "schema": {"type": "directory"}}}"#
        ),
        (
            "outputs: {o: {type: 'File[]?', outputBinding: {glob: a}}}", "outputs",
            #"{"o": {"path": ["a"], "schema": {"type": "array", "items": {"type": "file"}, "minItems": 0}, "optional": true}}"#
        ),
    ])
    func `A field of the document becomes one of the tool`(_ field: String, _ key: String, _ value: String) throws {
        let outputs = field.hasPrefix("outputs") ? "" : "outputs: {}\n"
        let text = "cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: run\ninputs: {}\n\(outputs)\(field)\n"
        let result = result(text)
        let tool = try #require(result.tool, "\(result.findings.map(\.rendered))")
        #expect(tool.definition[key] == (try JSONValue(parsing: Array(value.utf8))))
    }

    @Test(arguments: [
        ("class: Workflow", "only a CommandLineTool"), ("$graph: []", "in a file of its own"),
        ("- a", "a CWL document is an object"),
        ("{class: CommandLineTool, cwlVersion: v1.0}", "only CWL v1.2"),
        ("{class: CommandLineTool}", "cwlVersion: v1.2"),
    ])
    func `A document that is no tool is refused`(_ text: String, _ message: String) {
        let result = result(text)
        #expect(result.tool == nil)
        #expect(result.findings.contains { $0.message.contains(message) }, "\(result.findings.map(\.rendered))")
    }

    @Test(arguments: [
        ("stdin: $(inputs.f.path)x", "`stdin` is carried as"),
        ("hints: {ToolTimeLimit: {timelimit: 1e300}}", "`timelimit` must be"),
        ("hints: {ResourceRequirement: {ramMin: 1e300}}", "`ramMin` must be"),
        ("requirements: {EnvVarRequirement: {envDef: {LOCKSTEP_X: a}}}", "LOCKSTEP_X"),
        ("arguments: ['$(inputs.l[0])']", "one item of a list"), ("arguments: [a$(inputs.l)]", "is a list"),
        ("arguments: [a$(inputs.f)]", "write `.path` behind it"),
        ("arguments: [$(inputs.l), {valueFrom: $(inputs.l), itemSeparator: ','}]", "joined in different ways"),
        ("successCodes: [999]", "999"), ("{ $import: other.yml }: 1", ""),
        ("outputs: {o: {type: File, outputBinding: {glob: [a, b]}}}", "for one File only"),
    ])
    func `What has no meaning here is refused`(_ field: String, _ message: String) {
        let refusals = refusals(field, inputs: "{f: File, l: 'string[]'}")
        #expect(refusals.contains { $0.contains(message) } || message.isEmpty && !refusals.isEmpty, "\(refusals)")
    }

    @Test
    func `What is left out without harm stands at the top of the file`() throws {
        let result = CWLImporter.importTool(try document("sort_lines"), id: "mine", fileName: "sort_lines.cwl")
        let tool = try #require(result.tool)
        #expect(tool.id == "mine" && tool.definition["tool_id"] == "mine")
        #expect(result.findings.map(\.severity) == [.warning, .warning])
        #expect(
            tool.yaml.hasPrefix(
                "# Imported from the CWL tool sort_lines.cwl.\n# Not carried over: the container (debian:12)"
            )
        )
    }

    @Test
    func `A type that is nested without end is refused`() {
        let deep = "string" + String(repeating: "[]", count: 100_000)
        #expect(refusals("", inputs: "{a: '\(deep)'}") == ["no type has a name as long as this"])
    }
}
