import Foundation
import LockstepJSON
import LockstepTestSupport
import Testing

/// Steps and definition files that turn on the person at the terminal, or on what the program keeps, through the real program.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ProgramEscapeTests {
    /// Sets a title, clears the screen, colours, goes up, turns the text, and does it again with one-character controls.
    private static let hostile =
        #"\033]0;owned\007\033[2J\033[31m\033[A\302\2332J\302\235owned\302\234\342\200\256turned\r\010\177"#

    /// A project in which everything that a stranger can name or print is hostile; with the text `fail` its job fails.
    private func project() throws -> CommandLineTest {
        let script = """
            hostile=$(printf '\(Self.hostile)')
            printf '%s\\n' "$hostile"
            printf '%s\\n' "$hostile" >&2
            printf '{"progress": 5, "message": "%s"}\\n' '\\u001b]0;owned\\u0007\\u001b[2J\\u009b2J\\u202eturned' >> $LOCKSTEP_EVENTS
            sleep 0.4
            printf '%s' "$hostile" > "$hostile"
            if [ "$1" = missing ]; then exit 0; fi
            touch there
            [ "$1" = fail ] && exit 3
            true
            """
        let outputs =
            "out: { stdout: text, schema: { type: string } }\n  there: { path: there, schema: { type: file } }"
        let test = try SmallProject.shell(script, outputs: outputs)
        let name = #""N\e]0;owned\a\e[2J\x9B2J\u202Eturned""#
        for (path, old) in [("workflows/work.yaml", "name: Work"), ("tools-registry/shell/tool.yaml", "name: Shell")] {
            let text = try #require(test.content(path))
            try test.file(path, text.replacingOccurrences(of: old, with: "name: \(name)\ndescription: \(name)"))
        }
        return test
    }

    /// What a command writes to a terminal, byte by byte; the terminal is Python's.
    private func screen(of test: CommandLineTest, _ arguments: String, terminal: String) async throws -> String {
        let play = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
        let command = "exec /usr/bin/python3 -c '\(play)' \"$LOCKSTEP\" \(arguments)"
        return try await test.shell(command, environment: ["TERM": terminal, "COLUMNS": "200"]).stdout
    }

    /// What would steer a terminal; a plain one gets line breaks and nothing else.
    private func steering(_ text: String, isPlain: Bool) -> [String] {
        if !isPlain {
            return ["\u{1B}]", "\u{1B}[2J", "\u{9B}", "\u{9D}", "\u{202E}", "\u{07}", "\u{08}"].filter(text.contains)
        }
        return text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format: !["\n", "\r", "\t"].contains(scalar)
            default: false
            }
        }.map { String($0.value, radix: 16) }
    }

    @Test(arguments: ["xterm-256color", "dumb"])
    func `Nothing that a step or a definition says steers the terminal while a job runs`(terminal: String) async throws
    {
        let test = try project()
        for (text, word) in [("hello", "completed"), ("fail", "failed"), ("missing", "missing")] {
            let shown = try await screen(of: test, "run workflow work -i text=\(text)", terminal: terminal)
            #expect(shown.contains(word), "\(shown)")
            #expect(steering(shown, isPlain: terminal == "dumb") == [], "\(shown.debugDescription)")
        }
    }

    @Test func `Nothing that a step or a definition said steers the terminal of whoever looks at it`() async throws {
        let test = try project()
        #expect(try await test.run("run", "workflow", "work").status == 0)
        let reading = [
            "outputs list last", "outputs show last result", "jobs watch last", "jobs show last", "jobs logs last",
        ]
        for command in reading {
            for form in command.hasPrefix("jobs logs") ? [""] : ["", " --output json"] {
                let shown = try await screen(of: test, command + form, terminal: "dumb")
                #expect(!shown.isEmpty, "\(command)")
                #expect(steering(shown, isPlain: true) == [], "\(command + form): \(shown.debugDescription)")
            }
        }
        #expect(try await test.run("run", "workflow", "work", "-i", "text=missing").status == 1)
        #expect(try await test.run("run", "workflow", "work", "-i", "text=fail").status == 1)
        let all = [
            "jobs list", "jobs show last", "jobs events last", "jobs logs last", "explain last", "events list",
            "events verify", "workflows list", "workflows show work", "tools list", "tools show shell", "check",
            "gc --dry-run", "outputs list last",
        ]
        for command in all {
            for form in ["", " --output json"] {
                let shown = try await screen(of: test, command + form, terminal: "dumb")
                #expect(!shown.isEmpty, "\(command)")
                #expect(steering(shown, isPlain: true) == [], "\(command + form): \(shown.debugDescription)")
            }
        }
    }

    @Test func `A definition that is wrong in a hostile way is reported in a harmless way`() async throws {
        let test = try project()
        let tool = "tool_id: -rf\nname: \"\\e]0;owned\\a\"\nversion: 1.0.0\ncommand: [\"\\e[2J\"]\n\"\\e[31m\": 1\n"
        let steps = "steps: [{ step_id: \"--help\", tool: \"\\x9b2J\" }]\n"
        for name in ["-rf", "rf"] { try test.file("tools-registry/\(name).yaml", tool) }
        for name in ["\u{1B}[2J", "odd"] {
            try test.file("workflows/\(name).yaml", "workflow_id: \"\\e[2J\"\nname: x\nversion: 1.0.0\n" + steps)
        }
        try test.file("workflows/broken.yaml", "\u{1B}[31m: [\n")
        let shown = try await screen(of: test, "check", terminal: "dumb")
        for place in ["rf.yaml:1", "odd.yaml:1", "odd.yaml:4", "broken.yaml:1"] {
            #expect(shown.contains(place), "\(shown)")
        }
        #expect(steering(shown, isPlain: true) == [], "\(shown.debugDescription)")
    }

    @Test func `What the runner knows is neither in a step's sight nor in what is kept of it`() async throws {
        let secret = "token-\(UInt64.random(in: 0 ... .max))"
        // The step gets the word turned round, so that it does not find its own question.
        let script = """
            cat > /tmp/look.py <<'END'
            import os, sys
            word = sys.argv[1][::-1].encode()
            places = ['/proc/%s/%s' % (n, f) for n in os.listdir('/proc') if n.isdigit() for f in ('environ', 'cmdline', 'stack', 'maps')]
            for top, folders, files in os.walk('/'):
                if top == '/': folders[:] = [f for f in folders if f not in ('usr', 'proc')]
                places += [os.path.join(top, f) for f in files]
            found = seen = 0
            for place in places:
                try:
                    if not os.path.isfile(place): continue
                    text = open(place, 'rb').read(1 << 22)
                    seen += 1
                    if word in text: found += 1
                except OSError: pass
            print(found, 'found in', 'many' if seen > 20 else seen)
            END
            python3 /tmp/look.py "$1"; env
            """
        let test = try SmallProject.shell(script)
        let result = try await test.run(
            "run",
            "workflow",
            "work",
            "-i",
            "text=\(String(secret.reversed()))",
            "--output",
            "json",
            environment: ["API_TOKEN": secret, "LOCKSTEP_TEST_TOKEN": secret, "LD_TEST_TOKEN": secret]
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.stdout.contains("0 found in many"), "\(result)")
        #expect(!result.stdout.contains(secret) && !result.stdout.contains("TOKEN"))
        let kept = try await test.shell("grep -rl '\(secret)' .lockstep; true")
        #expect(kept.stdout == "", "\(kept)")
    }

    @Test func `Files with hostile names are exported into the folder and nowhere else`() async throws {
        let names = ["-rf", "--help", "$(touch owned)", "a;touch owned", "back\\\\slash", "nul", "~", "*"]
        let script = "mkdir d; cd d; " + names.map { "printf x > './\($0)'" }.joined(separator: "; ")
        let outputs = "out: { path: 'd/*', schema: { type: array, items: { type: file } } }"
        let test = try SmallProject.shell(script, outputs: outputs)
        let run = try await test.run("run", "workflow", "work")
        #expect(run.status == 0, "\(run)")
        let before = try FileManager.default.contentsOfDirectory(atPath: test.folder).sorted()
        let result = try await test.run("outputs", "export", "last", "exported")
        #expect(result.status == 0, "\(result)")
        let after = try FileManager.default.contentsOfDirectory(atPath: test.folder).sorted()
        #expect(after == (before + ["exported"]).sorted())
        let files = try FileManager.default.subpathsOfDirectory(atPath: test.folder + "/exported")
        #expect(files.count { $0.hasSuffix("-rf") || $0.hasSuffix("--help") } == 2, "\(files)")
    }

    @Test func `A step that closes its work folder fails by itself and blames no machine`() async throws {
        let test = try SmallProject.shell(
            "mkdir -p a/b; chmod 0 a/b a .",
            outputs: "out: { path: a/b, schema: { type: file } }"
        )
        let result = try await test.run("run", "workflow", "work")
        #expect(result.status == 1, "\(result)")
        let verified = try await test.run("events", "verify")
        #expect(verified.status == 0, "\(verified)")
    }
}
