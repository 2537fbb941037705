import LockstepJSON
import LockstepTestSupport
import Testing

/// `tools import` and `tools from-help`, and steps that run what they made.
@Suite(.timeLimit(.minutes(10)))
struct ToolsImportTests {
    private static let fixtures = PackageRoot.path("Tests/LockstepDefinitionsTests/Importing/Fixtures")

    private func project() throws -> CommandLineTest {
        let test = try CommandLineTest()
        try test.file("workflows/.keep", "").file("tools-registry/.keep", "")
        return test
    }

    /// A tool, its inputs, and the file that it makes; cwltool was seen to make the same (`scripts/compare-cwl`).
    static let runs: [(tool: String, inputs: [String], output: String, content: String)] = [
        ("sort_lines", ["texts=[\"fruit.txt\"]", "reverse=true"], "sorted", "pear:4\nfig:2\nApple:10\n"),
        (
            "sort_lines", ["texts=[\"fruit.txt\"]", "key=2", "separator=:", "kind=numeric"], "sorted",
            "fig:2\npear:4\nApple:10\n"
        ),
        ("cut_fields", ["fields=[1]", "table=fruit.txt", "output_name=names.txt"], "cut", "pear\nApple\nfig\n"),
        ("find_lines", ["patterns=[\"^p\",\"10\"]", "text=fruit.txt"], "found", "1:pear:4\n2:Apple:10\n"),
        ("find_lines", ["patterns=[\"x\"]", "text=fruit.txt"], "found", ""),
        ("make_folder", ["text=fruit.txt"], "copy", "pear:4\nApple:10\nfig:2\n"),
        ("split_text", ["text=fruit.txt", "lines=1"], "first", "pear:4\n"),
    ]

    @Test(arguments: runs)
    func `An imported tool passes the check and does what the CWL tool does`(
        _ run: (tool: String, inputs: [String], output: String, content: String)
    ) async throws {
        let test = try project()
        try test.file("fruit.txt", "pear:4\nApple:10\nfig:2\n")
        let made = try await test.run("tools", "import", "\(Self.fixtures)/\(run.tool).cwl")
        #expect(made.status == 0 && made.stdout == "tools-registry/\(run.tool).yaml\n", "\(made)")
        let check = try await test.run("check")
        #expect(check.status == 0, "\(check)")
        let inputs = run.inputs.flatMap { ["-i", $0] }
        let ran = try await test.start(["run", "tool", run.tool] + inputs).result()
        #expect(ran.status == 0, "\(ran)")
        let got = try await test.run("outputs", "get", "last", run.output, "-o", "-")
        #expect(got.stdout == run.content, "\(got)")
    }

    @Test
    func `A refused document is told with every place, and nothing is written`() async throws {
        let test = try project()
        let run = try await test.run("tools", "import", "\(Self.fixtures)/refused.cwl")
        #expect(run.status == 4 && run.stdout.isEmpty, "\(run)")
        #expect(run.stderr.contains("refused.cwl:5:3: error:") && run.stderr.contains("refused.cwl:45:29: error:"))
        #expect(test.content("tools-registry/refused.yaml") == nil)
        let json = try await test.run("tools", "import", "\(Self.fixtures)/refused.cwl", "--output", "json")
        let answer = try JSONValue(parsing: Array(json.stdout.utf8))
        #expect(answer["error_code"] == "WORKFLOW_INVALID", "\(json)")
    }

    @Test
    func `A tool that is there is replaced only with --force`() async throws {
        let test = try project()
        try test.file("tools-registry/mine.yaml", "old\n")
        let file = "\(Self.fixtures)/sort_lines.cwl"
        let refused = try await test.run("tools", "import", file, "--id", "mine")
        #expect(refused.status != 0 && refused.stderr.contains("--force"), "\(refused)")
        #expect(test.content("tools-registry/mine.yaml") == "old\n")
        #expect(try await test.run("tools", "import", file, "--id", "mine", "--force").status == 0)
        #expect(test.content("tools-registry/mine.yaml")?.contains("tool_id: mine") == true)
        try test.file("tools-registry/other/tool.yaml", "old\n")
        let other = try await test.run("tools", "import", file, "--id", "other", "--force")
        #expect(other.status != 0 && other.stderr.contains("tools-registry/other/tool.yaml"), "\(other)")
        #expect(try await test.run("tools", "import", file, "--id", "../x").status == 2)
        #expect(try await test.run("tools", "import", "nowhere.cwl").status == 4)
        let printed = try await test.run("tools", "import", file, "--id", "mine", "--stdout")
        #expect(printed.stdout == test.content("tools-registry/mine.yaml"))
    }

    @Test(arguments: ["sort", "grep", "tar", "cut", "python3 -m json.tool"])
    func `A draft from a program's help passes the check`(_ command: String) async throws {
        let test = try project()
        let words = command.split(separator: " ").map(String.init)
        let run = try await test.start(["tools", "from-help"] + words + ["--id", "drafted"]).result()
        #expect(run.status == 0, "\(run)")
        let check = try await test.run("check")
        #expect(check.status == 0, "\(check)")
        #expect(
            test.content("tools-registry/drafted.yaml")?.hasPrefix("# A draft made from the help of `\(command)`.")
                == true
        )
    }

    @Test
    func `A drafted tool runs`() async throws {
        let test = try project()
        try test.file("fruit.txt", "pear\nApple\n")
        #expect(try await test.run("tools", "from-help", "sort").status == 0)
        let run = try await test.run("run", "tool", "sort", "-i", "file=[\"fruit.txt\"]", "-i", "output=o.txt")
        #expect(run.status == 0, "\(run)")
        #expect(try await test.run("outputs", "get", "last", "output_file", "-o", "-").stdout == "Apple\npear\n")
    }

    @Test
    func `The program is asked in the sandbox, with -h when --help is not known`() async throws {
        let test = try project()
        // It would tell if it could see the project, or write there.
        try test.file("secret.txt", "x")
        let script = """
            import os, sys
            if sys.argv[1] != '-h': sys.exit('no')
            seen = os.path.exists('\(test.folder)/secret.txt')
            sys.exit('usage: prog [--seen-%s] FILE' % ('yes' if seen else 'no'))
            """
        let run = try await test.start(["tools", "from-help", "--id", "p", "--stdout", "--", "python3", "-c", script])
            .result()
        #expect(run.status == 0 && run.stdout.contains("seen_no"), "\(run)")
        #expect(test.content("tools-registry/p.yaml") == nil)
        let missing = try await test.run("tools", "from-help", "no-such-program")
        #expect(missing.status == 5 && missing.stderr.contains("`no-such-program` is not installed"), "\(missing)")
        let silent = try await test.run("tools", "from-help", "--stdout", "--", "python3", "-c", "pass")
        #expect(silent.status != 0, "\(silent)")
    }

    @Test
    func `A help text can come from a file or standard input`() async throws {
        let test = try project()
        try test.file("help.txt", "usage: prog [--depth N] FILE\n")
        let run = try await test.run("tools", "from-help", "prog", "--from-file", "help.txt", "--output", "json")
        let data = try JSONValue(parsing: Array(run.stdout.utf8))["data"]
        #expect(data?["definition"]?["parameters"]?["depth"]?["schema"] == ["type": "integer"], "\(run)")
        let piped = try await test.shell("$LOCKSTEP tools from-help prog --from-file - --stdout < help.txt")
        #expect(piped.status == 0 && piped.stdout.contains("--depth"), "\(piped)")
        try test.file("none.txt", "nothing\n")
        #expect(try await test.run("tools", "from-help", "prog", "--from-file", "none.txt").status == 4)
    }
}
