import LockstepDefinitions
import LockstepJSON
import LockstepModel
import Testing

struct ToolDecodingTests {
    /// What is wrong with a small tool whose file ends with this text.
    private func problems(_ text: String) throws -> [String] {
        let head = "tool_id: t\nname: T\nversion: 1.0.0\n"
        let command = text.contains("command:") ? "" : "command: [run]\n"
        let temporary = try TemporaryProject(["tools-registry/t.yaml": head + command + text])
        return try temporary.check().map { String($0.dropFirst("tools-registry/t.yaml:".count)) }
    }

    @Test
    func `Every key of a tool is read`() throws {
        let temporary = try TemporaryProject([
            "tools-registry/t/run.sh": "#!/bin/sh",
            "tools-registry/t/tool.yaml": """
            tool_id: t
            name: T
            version: "2.1"
            description: All of it.
            command: [sh, /tool/run.sh, ["--n=${n}", "$${x}"], "${files}"]
            parameters:
              n: { schema: { type: integer }, default: 3, description: How many }
              files: { required: true, schema: { type: array, items: { type: file } } }
              text: { schema: { type: string }, pass: file }
            outputs:
              all: { path: "out/*.txt" }
              log: { stderr: lines, optional: true }
              code: { exit_code: true }
              tree: { directory: out, asset_type: archive }
              a: { stdout: { format: json, pointer: /a/b, last_json: true } }
              b: { stdout: json, pointer: /c }
              c: { stdout: text, description: Said }
            stdin: "${text}"
            env: { LANG: C.UTF-8, N: "${n}" }
            exit_codes: { success: [0, 3] }
            progress: { pattern: '(?<percent>\\d+)%' }
            stub: { c: hello, code: 0 }
            estimated_cost: "0.12"
            idempotent: false
            cache: false
            sandbox: { network: true, read: [/opt/models], devices: [/dev/dri], debug: true }
            resources: { wall: 30s, memory: 512MiB, processes: 8, open_files: 64, file_size: 1MB, work_size: 1GiB, work_files: 9, log_size: 64KiB, grace: 2s }
            """,
        ])
        let tool = try temporary.catalog.tool(ToolID("t"))
        #expect(tool.version == "2.1")
        #expect(tool.description == "All of it.")
        #expect(tool.parameter("n")?.defaultValue == 3)
        #expect(tool.parameter("n")?.description == "How many")
        #expect(tool.parameter("files")?.isRequired == true)
        #expect(tool.parameter("files")?.schema.isFileList == true)
        #expect(tool.parameter("text")?.passesAsFile == true)
        #expect(tool.output("all")?.source.isGlob == true)
        #expect(tool.output("all")?.schema.isFileList == true)
        #expect(tool.output("log")?.source == .stream(.stderr, .lines))
        #expect(tool.output("log")?.isOptional == true)
        #expect(tool.output("code")?.source == .exitCode)
        #expect(tool.output("code")?.schema.types == [.integer])
        #expect(tool.output("tree")?.source == .directory("out"))
        #expect(tool.output("tree")?.assetType == "archive")
        #expect(tool.output("a")?.source == .stream(.stdout, .json(pointer: JSONPointer(["a", "b"]), takesLast: true)))
        #expect(tool.output("b")?.source == .stream(.stdout, .json(pointer: JSONPointer(["c"]), takesLast: false)))
        #expect(tool.output("c")?.source == .stream(.stdout, .text))
        #expect(tool.stdin?.solePlaceholder == "text")
        #expect(tool.environment["N"]?.solePlaceholder == "n")
        #expect(tool.successExitCodes == [0, 3])
        #expect(tool.progressPattern == #"(?<percent>\d+)%"#)
        #expect(tool.stub == ["c": "hello", "code": 0])
        #expect(tool.estimatedCost == "0.12")
        #expect(!tool.isIdempotent)
        #expect(!tool.mayCache)
        #expect(
            tool.sandbox == SandboxRequest(network: true, read: ["/opt/models"], devices: ["/dev/dri"], debug: true)
        )
        #expect(tool.limits.wall == DurationText(milliseconds: 30_000))
        #expect(tool.limits.memory == .mebibytes(512))
        #expect(tool.limits.processes == 8)
        #expect(tool.limits.openFiles == 64)
        #expect(tool.limits.fileSize == ByteCount(1_000_000))
        #expect(tool.limits.workSize == .gibibytes(1))
        #expect(tool.limits.logSize == ByteCount(65_536))
        #expect(tool.limits.workFiles == 9)
        #expect(tool.limits.grace == DurationText(milliseconds: 2000))
    }

    @Test(arguments: [
        ("paramters: {}", "5:1: error: a tool has no key `paramters`; did you mean `parameters`?"),
        ("description: 1.0", "5:14: error: `description` must be text; write it in quotes: \"1.0\""),
        ("command: []", "4:10: error: the command is empty; its first item is the program"),
        ("command: run it", "4:10: error: `command` must be a list; it is \"run it\""),
        (
            "command: [[run]]",
            "4:11: error: the first item of the command is the program; it cannot be an optional group"
        ),
        ("command: [run, []]", "4:16: error: an optional group needs at least one item"),
        ("command: [run, 5]", "4:16: error: `an item of the command` must be text; write it in quotes: \"5\""),
        (
            "command: ['${p}']\nparameters: {p: {}}",
            "4:11: error: the program must be fixed; a placeholder may stand only in its arguments"
        ),
        (
            "command: [run, '${pth}']\nparameters: {path: {}}",
            "4:16: error: the tool has no parameter `pth`; did you mean `${path}`?"
        ),
        (
            "command: [run, ['${zzz}']]",
            "4:17: error: the tool has no parameter `zzz`; write `$${` where the text `${` is meant"
        ),
        (
            "command: [run, '${open']",
            "4:16: error: a `${` has no `}` after it, or names nothing; write `$${` where the text `${` is meant"
        ),
        ("env: {A: '${q}'}", "5:10: error: the tool has no parameter `q`; write `$${` where the text `${` is meant"),
        ("stdin: '${q}'", "5:8: error: the tool has no parameter `q`; write `$${` where the text `${` is meant"),
        ("env: {A-B: x}", "5:7: error: an environment variable cannot be called \"A-B\""),
        (
            "env: {LOCKSTEP_JOB_ID: x}",
            "5:7: error: environment variables that begin with LOCKSTEP_ are set by the runner"
        ),
        ("secrets: A", "5:10: error: `secrets` must be a list; it is \"A\""),
        (
            "secrets: [a-b]",
            "5:11: error: \"a-b\" is no name of a secret; one has up to 100 letters, digits and `_`, and does not begin with "
                + "a digit"
        ),
        (
            "secrets: [LD_PRELOAD]",
            "5:11: error: \"LD_PRELOAD\" cannot be a secret: this environment variable is the runner's or the system's"
        ),
        ("secrets: [A_KEY, A_KEY]", "5:18: error: the secret `A_KEY` stands here twice"),
        (
            "env: {A_KEY: x}\nsecrets: [A_KEY]",
            "6:11: error: `A_KEY` is set by `env` as well; the tool would get only one of them"
        ),
        (
            "command: [/tool/x.sh]",
            "4:11: error: this tool has no folder of its own; move it to tools-registry/t/tool.yaml, beside x.sh"
        ),
        ("parameters: {p: {schema: {type: strin}}}", "5:33: error: there is no type `strin`; did you mean `string`?"),
        ("parameters: {p: {schema: {oneOf: []}}}", "5:34: error: oneOf must have at least one schema"),
        (
            "parameters: {p: {schema: {unevaluatedItems: no}}}",
            "5:27: error: `unevaluatedItems` is not supported; write `items: false` beside `prefixItems` in the same schema"
        ),
        (
            "parameters: {p: {default: x, schema: {type: integer}}}",
            "5:27: error: the default must be an integer; it is \"x\""
        ),
        (
            "parameters: {p: {schema: {type: integer, default: x}}}",
            "5:51: error: the default must be an integer; it is \"x\""
        ),
        ("parameters: {p: {pass: value}}", "5:24: error: `pass` can only be `file`; it is \"value\""),
        ("parameters: {p: {required: maybe}}", "5:28: error: `required` must be true or false; it is \"maybe\""),
        (
            "parameters: [p]",
            "5:13: error: `parameters` must be an object with names and values; it is the list [\"p\"]"
        ),
        (
            "outputs: {o: {schema: {}}}",
            "5:14: error: the output `o` needs exactly one of `path`, `stdout`, `stderr`, `exit_code`, `directory`; it has none"
        ),
        (
            "outputs: {o: {path: a, stdout: text}}",
            "5:14: error: the output `o` needs exactly one of `path`, `stdout`, `stderr`, `exit_code`, `directory`; it has `path` and `stdout`"
        ),
        (
            "outputs: {o: {path: /etc/passwd}}",
            "5:21: error: the path must be relative to the tool's work folder; it is \"/etc/passwd\""
        ),
        (
            "outputs: {o: {path: a/../../b}}",
            "5:21: error: the path must not leave the work folder with `..`; it is \"a/../../b\""
        ),
        ("outputs: {o: {path: ''}}", "5:21: error: the path is empty; it names a file below the tool's work folder"),
        (
            "outputs: {o: {directory: a/}}",
            "5:26: error: the path must name each folder once, without `.` or `//` or `/` at its end; it is \"a/\""
        ),
        (
            "outputs: {o: {path: '*.txt', schema: {type: string}}}",
            "5:38: error: a glob gives files; the schema must be `type: array` with `items` of files, or `type: file` when just one file matches"
        ),
        (
            "outputs: {o: {stdout: xml}}",
            "5:23: error: a stream is read as `text`, `json`, `lines` or `file`; it is \"xml\""
        ),
        ("outputs: {o: {stdout: text, pointer: /a}}", "5:29: error: `pointer` needs `stdout: json` or `stderr: json`"),
        ("outputs: {o: {stdout: json, pointer: a}}", "5:38: error: a JSON pointer is written as `/a/0/b`; it is \"a\""),
        (
            "outputs: {o: {stdout: text, schema: {type: integer}}}",
            "5:37: error: `stdout: text` gives text; the schema must be `type: string`, or the output must be read with `stdout: json`"
        ),
        (
            "outputs: {o: {stdout: lines, schema: {type: string}}}",
            "5:38: error: `stdout: lines` gives a list; the schema must be `type: array`"
        ),
        ("outputs: {o: {exit_code: 3}}", "5:26: error: `exit_code` can only be true; leave it out otherwise"),
        (
            "outputs: {o: {exit_code: true, schema: {type: string}}}",
            "5:40: error: `exit_code` gives a whole number; the schema must be `type: integer`"
        ),
        (
            "outputs: {o: {stdout: text, asset_type: text}}",
            "5:29: error: `asset_type` is for files only; this output is a string"
        ),
        ("exit_codes: {success: [256]}", "5:24: error: an exit code is a whole number from 0 to 255; it is 256"),
        (
            "progress: {pattern: 'x'}",
            "5:21: error: the pattern needs the groups (?<current>…) and (?<total>…), or (?<percent>…)"
        ),
        ("stub: {x: 1}", "5:8: error: the tool has no output `x`"),
        ("estimated_cost: 0.12", "5:17: error: `estimated_cost` is money in quotes, such as \"0.12\"; it is 0.12"),
        (
            "sandbox: {level: 'off'}",
            "5:11: error: `sandbox` has no key `level`; it may have network, read, devices, debug"
        ),
        (
            "sandbox: {read: [../x]}",
            "5:18: error: an item of `read` is an absolute path below `/` without `..`; it is \"../x\""
        ),
        (
            "sandbox: {devices: [/etc]}",
            "5:21: error: an item of `devices` is an absolute path below `/dev/` without `..`; it is \"/etc\""
        ),
        ("resources: {wall: 30}", "5:19: error: `wall` must be a time such as 250ms, 30s, 5m or 2h; it is 30"),
        (
            "resources: {memory: lots}",
            "5:21: error: `memory` must be a size such as 64KiB, 512MiB or 2GiB; it is \"lots\""
        ),
        ("resources: {processes: 0}", "5:24: error: `processes` must be a whole number from 1 to 1000000; it is 0"),
    ])
    func `What is wrong in a tool is said with its place`(text: String, problem: String) throws {
        let found = try problems(text)
        #expect(found == [problem])
    }

    @Test
    func `Keys that a tool must have are missed`() throws {
        let temporary = try TemporaryProject(["tools-registry/t.yaml": "description: x\n"])
        #expect(
            try temporary.check() == [
                "tools-registry/t.yaml:1:1: error: a tool needs `command`",
                "tools-registry/t.yaml:1:1: error: a tool needs `name`",
                "tools-registry/t.yaml:1:1: error: a tool needs `tool_id`",
                "tools-registry/t.yaml:1:1: error: a tool needs `version`",
            ]
        )
    }

    @Test(arguments: ["a b", "1a", "a/b", "a..b", "ä", ""])
    func `A tool's id must be a name`(id: String) throws {
        let temporary = try TemporaryProject([
            "tools-registry/t.yaml": "tool_id: \"\(id)\"\nname: T\nversion: 1.0.0\ncommand: [run]\n"
        ])
        let findings = try temporary.check()
        #expect(findings.contains { $0.contains("`tool_id` cannot be") })
    }

    @Test
    func `The id must be the file's name, or the folder's`() throws {
        let text = "tool_id: t\nname: T\nversion: 1.0.0\ncommand: [run]\n"
        let temporary = try TemporaryProject([
            "tools-registry/a.yaml": text,
            "tools-registry/b/tool.json":
                "{\"tool_id\": \"t\", \"name\": \"T\", \"version\": \"1\", \"command\": [\"x\"]}",
        ])
        #expect(
            try temporary.check() == [
                "tools-registry/a.yaml:1:10: error: the tool_id `t` is not the name of its file, `a`; rename one of them",
                "tools-registry/b/tool.json:1:13: error: the tool_id `t` is not the name of its folder, `b`; rename one of them",
            ]
        )
    }

    @Test
    func `The tool's own files must be there, its program executable`() throws {
        let temporary = try TemporaryProject([
            "tools-registry/t/run.sh": "#!/bin/sh",
            "tools-registry/t/tool.yaml":
                "tool_id: t\nname: T\nversion: 1.0.0\ncommand: [/tool/run.sh, /tool/rum.sh, [/tool/data/x]]\n",
        ])
        #expect(
            try temporary.check() == [
                "tools-registry/t/tool.yaml:4:11: error: the file cannot be executed; run `chmod +x` on run.sh in the tool's folder",
                "tools-registry/t/tool.yaml:4:25: error: the tool's folder has no file `rum.sh`; did you mean `/tool/run.sh`?",
                "tools-registry/t/tool.yaml:4:40: error: the tool's folder has no file `data/x`",
            ]
        )
    }
}
