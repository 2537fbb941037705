import Foundation
import LockstepDefinitions
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// The schemas that the real program prints, read by Debian's `jsonschema`.
@Suite(.timeLimit(.minutes(10)))
struct SchemaCommandTests {
    @Test(arguments: EditorSchema.Kind.allCases)
    func `The schema of a kind accepts every definition that is shipped`(kind: EditorSchema.Kind) async throws {
        let root = PackageRoot.path("")
        let schema = try await SchemaProject.schema(kind, CommandLineTest(), project: root)
        let files = try SchemaProject.files(of: kind, in: root)
        #expect(files.count >= 4)
        let documents = try files.map { try SchemaProject.json(SchemaProject.content(of: $0), $0) }
        let problems = try await SchemaValidator.problems(in: documents, of: schema)
        for (file, problems) in zip(files, problems) { #expect(problems.isEmpty, "\(file): \(problems)") }
    }

    @Test(arguments: EditorSchema.Kind.allCases)
    func `The schema of a kind accepts definitions that use everything`(kind: EditorSchema.Kind) async throws {
        let test = try SchemaProject.rich()
        #expect(try await SchemaProject.errors(test) == [:])
        let schema = try await SchemaProject.schema(kind, test)
        let files = try SchemaProject.files(of: kind, in: test.folder)
        let documents = try files.map { try SchemaProject.json(test.content($0) ?? "", $0) }
        let problems = try await SchemaValidator.problems(in: documents, of: schema)
        for (file, problems) in zip(files, problems) { #expect(problems.isEmpty, "\(file): \(problems)") }
    }

    @Test(arguments: EditorSchema.Kind.allCases)
    func `What a schema refuses the check refuses as well`(kind: EditorSchema.Kind) async throws {
        let test = try SchemaProject.rich()
        let schema = try await SchemaProject.schema(kind, test)
        let fixture = try #require(BrokenDefinition.fixtures[kind])
        let text = try #require(test.content(fixture.file))
        let folder = fixture.file.prefix { $0 != "/" }
        /// The definition under another name.
        func named(_ name: String, _ text: String) -> String {
            text.replacingOccurrences(
                of: fixture.id,
                with: fixture.id.prefix { $0 != " " } + " " + name,
                options: .anchored
            )
        }
        let cases = BrokenDefinition.all.filter { $0.kind == kind }
        #expect(cases.count >= 25)
        var documents: [JSONValue] = []
        for (index, broken) in cases.enumerated() {
            #expect(text.contains(broken.old), "\(broken)")
            var own = named("broken_\(index)", text)
            if let place = own.range(of: broken.old) { own.replaceSubrange(place, with: broken.new) }
            try test.file("\(folder)/broken_\(index).yaml", own)
            documents.append(try SchemaProject.json(own))
        }
        let sound = named("sound", text)
        try test.file("\(folder)/sound.yaml", sound)
        documents.append(try SchemaProject.json(sound))
        let problems = try await SchemaValidator.problems(in: documents, of: schema)
        let errors = try await SchemaProject.errors(test)
        for (index, broken) in cases.enumerated() {
            #expect(!problems[index].isEmpty, "the schema accepts \(broken)")
            #expect(errors["\(folder)/broken_\(index).yaml"] != nil, "the check accepts \(broken)")
        }
        #expect(problems[cases.count] == [])
        #expect(errors["\(folder)/sound.yaml"] == nil)
    }

    @Test
    func `The schemas accept what the documentation shows and the check accepts`() async throws {
        let test = try CommandLineTest()
        for folder in ["workflows", "tools-registry", "workflow-tests"] {
            try PackageRoot.copy(folder, into: test.folder)
        }
        try PackageRoot.copy("Examples", into: test.folder)
        var shown: [(kind: EditorSchema.Kind, file: String)] = []
        let pages = try FileManager.default.contentsOfDirectory(atPath: PackageRoot.path("Documentation"))
        for page in ["README.md"] + pages.map({ "Documentation/\($0)" }) where page.hasSuffix(".md") {
            for block in try Self.examples(in: SchemaProject.content(of: page)) {
                for (kind, key, folder) in Self.keys where block.hasPrefix(key) {
                    let id = block.dropFirst(key.count).prefix { !$0.isWhitespace && $0 != "#" }
                    let file = "\(folder)/\(id).yaml"
                    try? FileManager.default.removeItem(atPath: "\(test.folder)/\(folder)/\(id)")
                    try test.file(file, block)
                    shown.append((kind, file))
                }
            }
        }
        let errors = try await SchemaProject.errors(test)
        let accepted = shown.filter { errors[$0.file] == nil }
        // The others name tools and files that are not shown with them.
        #expect(accepted.count >= 2, "\(shown) \(errors)")
        for (kind, file) in accepted {
            let schema = try await SchemaProject.schema(kind, test)
            let document = try SchemaProject.json(test.content(file) ?? "", file)
            #expect(try await SchemaValidator.problems(in: [document], of: schema) == [[]], "\(file)")
        }
    }

    private static let keys: [(EditorSchema.Kind, String, String)] = [
        (.workflow, "workflow_id: ", "workflows"), (.tool, "tool_id: ", "tools-registry"),
        (.tests, "test_id: ", "workflow-tests"),
    ]

    /// The YAML of a Markdown page, block by block, without comments before it.
    private static func examples(in page: String) -> [String] {
        page.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
            .map { block in
                let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
                return lines.drop { $0.hasPrefix("#") || $0.isEmpty }.joined(separator: "\n")
            }
    }

    // MARK: - What cannot be read

    @Test
    func `A definition that cannot be read is in the schema by name, and what is wrong with it on standard error`()
        async throws
    {
        let test = try SchemaProject.rich()
        try test.file("tools-registry/odd.yaml", "tool_id: odd\nname: Odd\nversion: \"1\"\ncommand: []\n")
        try test.file("workflows/torn.yaml", "workflow_id: [\n")
        let run = try await test.run("schema", "workflow")
        #expect(run.status == 0, "\(run)")
        #expect(run.stderr.contains("tools-registry/odd.yaml:4:10: error: the command is empty"), "\(run)")
        #expect(run.stderr.contains("workflows/torn.yaml:"), "\(run)")
        let schema = try #require(run.json, "\(run)")
        let text = try #require(test.content("workflows/inner.yaml"))
        let documents = try [
            text.replacing(
                "tool: kit, parameter_mappings: {text: ab, count: count}",
                with: "tool: odd, parameter_mappings: {x: 1}"
            ),
            text.replacing("tool: kit,", with: "workflow: torn,"), text.replacing("tool: kit,", with: "tool: odder,"),
        ].map { try SchemaProject.json($0) }
        let problems = try await SchemaValidator.problems(in: documents, of: schema)
        #expect(problems.map(\.isEmpty) == [true, true, false], "\(problems)")
        let asJSON = try await test.run("schema", "workflow", "--output", "json")
        #expect(asJSON.data?["schema"] == schema && asJSON.data?["kind"] == "workflow")
        #expect(asJSON.data?["findings"]?.arrayValue?.count == 2, "\(asJSON.stderr)")
        #expect(asJSON.stderr.isEmpty, "\(asJSON.stderr)")
    }

    @Test
    func `Hover texts and completions come from the project's own files`() async throws {
        let test = try SchemaProject.rich()
        let definitions = try await SchemaProject.schema(.workflow, test)["definitions"]
        let kit = try #require(definitions?["tool:kit"])
        #expect(kit["description"] == "All that a tool can have.")
        let parameters = kit["properties"]?["parameter_mappings"]
        #expect(parameters?["required"] == ["text"])
        #expect(parameters?["properties"]?["text"]?["description"] == "The text. Required.")
        #expect(definitions?["tool:kit:mode"] == ["type": "string", "enum": ["fast", "slow"]])
        #expect(kit["properties"]?["output_mappings"]?["properties"]?["out"]?["description"] == "What it says.")
        #expect(definitions?["workflow"]?["enum"] == ["inner", "rich"])
    }

    @Test
    func `A schema grows by the same for every further tool`() async throws {
        let test = try SchemaProject.rich()
        let tool = try #require(test.content("tools-registry/kit.yaml"))
        var sizes: [Int] = []
        for round in 1...3 {
            for number in 0..<10 {
                let id = "kit_\(round)\(number)"
                try test.file("tools-registry/\(id).yaml", tool.replacing("tool_id: kit", with: "tool_id: \(id)"))
            }
            sizes.append(try await test.run("schema", "workflow").output.count)
        }
        #expect(sizes[2] - sizes[1] == sizes[1] - sizes[0], "\(sizes)")
        #expect(sizes[1] - sizes[0] < 10 * 12_000, "\(sizes)")
    }

    // MARK: - The command line

    @Test(arguments: [["schema"], ["schema", "workflwo"], ["schema", "tool", "--write"]])
    func `A kind that there is not is refused with those that there are`(arguments: [String]) async throws {
        let run = try await SchemaProject.rich().start(arguments).result()
        #expect(run.status == ExitStatus.usage.rawValue, "\(run)")
        #expect(run.stdout.isEmpty, "\(run)")
        guard arguments.count < 3 else { return }
        for kind in EditorSchema.Kind.allCases { #expect(run.stderr.contains(kind.rawValue), "\(run)") }
    }

    // MARK: - The project's files

    @Test
    func `A new project has the schemas, and each definition a first line that leads to its own`() async throws {
        let test = try CommandLineTest()
        let made = try await test.run("init", "mine")
        #expect(made.status == 0, "\(made)")
        for (file, kind) in [
            ("workflows/count_words.yaml", "workflow"), ("tools-registry/word_counter/tool.yaml", "tool"),
        ] {
            #expect(made.stdout.contains("mine/schemas/\(kind).json\n"), "\(made)")
            let text = try #require(test.content("mine/\(file)"))
            let first = try #require(text.split(separator: "\n").first)
            let label = "# yaml-language-server: $schema="
            #expect(first.hasPrefix(label))
            // Relative to the file itself, as the language server takes it.
            let folder = file.split(separator: "/").dropLast().joined(separator: "/")
            let written = try #require(test.content("mine/\(folder)/\(first.dropFirst(label.count))"))
            let printed = try await test.run("schema", kind, "--project", "mine")
            #expect(written == printed.stdout)
            let problems = try await SchemaValidator.problems(
                in: [SchemaProject.json(text)],
                of: JSONValue(parsing: Array(written.utf8))
            )
            #expect(problems == [[]])
        }
        let again = try await test.run("init", "mine")
        #expect(again.stderr.contains("schemas/tests.json"), "\(again)")
    }

    @Test
    func `The check tells that the schemas are out of date, and they are made anew in one go`() async throws {
        let test = try CommandLineTest()
        _ = try await test.run("init")
        let fresh = try await test.run("check")
        #expect(!fresh.stderr.contains("out of date"), "\(fresh)")
        try test.file("tools-registry/extra.yaml", "tool_id: extra\nname: Extra\nversion: \"1\"\ncommand: [\"true\"]\n")
        let before = test.content("schemas/workflow.json")
        let stale = try await test.run("check")
        #expect(stale.status == 0, "\(stale)")
        #expect(stale.stderr.contains("schemas/workflow.json is out of date"), "\(stale)")
        #expect(stale.stderr.contains("lockstep schema --write"), "\(stale)")
        #expect(test.content("schemas/workflow.json") == before)
        let asJSON = try await test.run("check", "--output", "json")
        #expect(asJSON.data?["stale_schemas"] == ["schemas/workflow.json"], "\(asJSON)")
        let write = try await test.run("schema", "--write")
        #expect(write.stdout == "schemas/workflow.json\nschemas/tool.json\nschemas/tests.json\n", "\(write)")
        #expect(test.content("schemas/workflow.json")?.contains("\"tool:extra\"") == true)
        let names = try FileManager.default.contentsOfDirectory(atPath: test.folder + "/schemas").sorted()
        #expect(names == ["tests.json", "tool.json", "workflow.json"])
        let after = try await test.run("check", "--output", "json")
        #expect(after.data?["stale_schemas"] == [], "\(after)")
    }

    @Test
    func `The check waits for no schema that is a pipe, and finds it out of date`() async throws {
        let test = try SchemaProject.rich()
        let made = try await test.shell("mkdir schemas && mkfifo schemas/workflow.json")
        #expect(made.status == 0, "\(made)")
        let run = try await test.run("check", "--output", "json")
        #expect(run.data?["stale_schemas"] == ["schemas/workflow.json"], "\(run)")
    }

    @Test
    func `What a check has read gives the same schemas as reading it again`() async throws {
        let test = try SchemaProject.rich()
        try test.file("workflows/broken.yaml", "workflow_id: other\n")
        try test.file("tools-registry/twice.yaml", "tool_id: twice\nname: T\nversion: \"1\"\ncommand: [\"true\"]\n")
        try test.file("tools-registry/twice.yml", "tool_id: twice\nname: T\nversion: \"1\"\ncommand: [\"true\"]\n")
        let project = Project(root: test.folder)
        let registry = try #require(ProjectChecker(project).check().registry)
        for kind in EditorSchema.Kind.allCases {
            #expect(
                EditorSchema.text(of: kind, in: registry) == EditorSchema.text(of: kind, in: EditorRegistry(project))
            )
        }
    }

    @Test
    func `A project without schemas is not told of any`() async throws {
        let test = try SchemaProject.rich()
        let run = try await test.run("check", "--output", "json")
        #expect(run.data?["stale_schemas"] == [], "\(run)")
    }
}
