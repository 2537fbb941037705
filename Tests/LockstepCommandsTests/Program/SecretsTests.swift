import Foundation
import LockstepJSON
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

@Suite(.timeLimit(.minutes(10)))
struct SecretsTests {
    private static let value = "a-token/of+some=length"

    @Test
    func `A secret is set from standard input or a file, listed without its value, and removed`() async throws {
        let test = try SecretProject.make("printf %s ${#API_TOKEN} > out.txt")
        try test.file("token.txt", Self.value + "\n")
        let set = try await test.shell("\"$LOCKSTEP\" secrets set API_TOKEN < token.txt")
        #expect(set.status == 0 && set.stderr.contains("It is given to: shell."), "\(set)")
        let other = try await test.run("secrets", "set", "OTHER_KEY", "--file", "token.txt", "--output", "json")
        #expect(other.data?["source"] == "value" && other.data?["used_by"] == [], "\(other)")
        let run = try await test.run("run", "workflow", "work", "--output", "json")
        #expect(run.status == 0 && "\(run)".contains("\(Self.value.count)"), "\(run)")
        let list = try await test.run("secrets", "list", "--output", "json")
        let secrets = try #require(list.data?["secrets"]?.arrayValue, "\(list)")
        #expect(secrets.map { $0["name"] } == ["API_TOKEN", "OTHER_KEY"])
        #expect(secrets.first?["used_by"] == ["shell"] && secrets.first?["set_at"] != nil, "\(list)")
        let table = try await test.run("secrets", "list")
        #expect(table.stdout.contains("API_TOKEN") && table.stdout.contains("shell"), "\(table)")
        for result in [set, other, list, table] { #expect(!"\(result)".contains("a-token"), "\(result)") }
        let mode = try await test.shell("stat -c %a .lockstep/secrets .lockstep/secrets/*")
        #expect(mode.stdout == "700\n600\n600\n")
        #expect(try await test.run("secrets", "remove", "OTHER_KEY").status == 0)
        let gone = try await test.run("secrets", "remove", "OTHER_KEY", "--output", "json")
        #expect(
            gone.status == ExitStatus.notFound.rawValue && gone.json?["error_code"] == "SECRET_NOT_FOUND",
            "\(gone)"
        )
    }

    @Test
    func `Without its secret nothing of a job starts, and the message says how to set it`() async throws {
        let test = try SecretProject.make("touch ran; echo x > out.txt")
        let check = try await test.run("check")
        #expect(check.status == 0, "\(check)")
        #expect(check.stdout.contains("warning: the secret `API_TOKEN` is not set"), "\(check)")
        #expect(check.stderr.contains("Secrets that tools need: API_TOKEN (not set)."), "\(check)")
        let refused = try await test.run("run", "workflow", "work")
        #expect(refused.status == ExitStatus.invalid.rawValue, "\(refused)")
        #expect(refused.stderr.contains("`lockstep secrets set API_TOKEN`"), "\(refused)")
        let job = try await test.run("jobs", "show", "last", "--output", "json")
        #expect(job.data?["status"] == "PENDING", "\(job)")
        let attempts = try await test.shell("find .lockstep/attempts -name launch.json")
        #expect(attempts.stdout.isEmpty, "\(attempts)")
        _ = try await test.shell("echo \(Self.value) | \"$LOCKSTEP\" secrets set API_TOKEN")
        let id = try #require(job.data?["job_id"]?.stringValue, "\(job)")
        let run = try await test.run("run", "job", id)
        #expect(run.status == 0, "\(run)")
        let checked = try await test.run("check", "--output", "json")
        #expect(checked.data?["findings"] == [], "\(checked)")
        let need: JSONValue = [["name": "API_TOKEN", "set": true, "used_by": ["shell"]]]
        #expect(checked.data?["secrets"] == need, "\(checked)")
        #expect(try await test.run("tools", "show", "shell").stdout.contains("the secret API_TOKEN"))
    }

    @Test
    func `A secret can be a reference to the environment or to a command`() async throws {
        let test = try SecretProject.make("printf %s \"$API_TOKEN\" | md5sum > out.txt")
        try test.file("token.txt", Self.value + "\n")
        let digest = try await test.shell("printf %s '\(Self.value)' | md5sum").stdout
        _ = try await test.run("secrets", "set", "API_TOKEN", "--from-env", "CI_TOKEN")
        let missing = try await test.run("run", "workflow", "work")
        #expect(missing.status == ExitStatus.invalid.rawValue, "\(missing)")
        #expect(missing.stderr.contains("CI_TOKEN is not in the environment"), "\(missing)")
        let run = try await test.run("run", "workflow", "work", environment: ["CI_TOKEN": Self.value])
        #expect(run.status == 0 && run.stdout.contains(digest.prefix(32)), "\(run)")
        // Nothing of the runner's own environment gets to a tool but by a secret's name.
        let set = try await test.run(
            "secrets",
            "set",
            "API_TOKEN",
            "--from-command",
            "--",
            "cat",
            "\(test.folder)/token.txt"
        )
        #expect(set.status == 0, "\(set)")
        let again = try await test.run("run", "workflow", "work")
        #expect(again.status == 0 && again.stdout.contains(digest.prefix(32)), "\(again)")
        let list = try await test.run("secrets", "list")
        #expect(list.stdout.contains("command cat") && !list.stdout.contains("token.txt"), "\(list)")
        let kept = try await test.shell("grep -rac 'a-token' .lockstep/secrets")
        #expect(kept.stdout == ".lockstep/secrets/API_TOKEN:0\n" || kept.stdout == "0\n", "\(kept)")
        _ = try await test.run(
            "secrets",
            "set",
            "API_TOKEN",
            "--from-command",
            "--",
            "sh",
            "-c",
            "echo hunter2 >&2; exit 7"
        )
        let failed = try await test.run("run", "workflow", "work")
        #expect(
            failed.status == ExitStatus.invalid.rawValue && failed.stderr.contains("ended with code 7"),
            "\(failed)"
        )
        #expect(!"\(failed)".contains("hunter2"), "\(failed)")
    }

    @Test
    func `A secret that others could have read is not used`() async throws {
        let test = try SecretProject.make("echo x > out.txt")
        _ = try await test.shell(
            "echo \(Self.value) | \"$LOCKSTEP\" secrets set API_TOKEN; chmod 644 .lockstep/secrets/API_TOKEN"
        )
        let refused = try await test.run("run", "workflow", "work")
        #expect(refused.status == ExitStatus.invalid.rawValue && refused.stderr.contains("chmod 600"), "\(refused)")
        let list = try await test.run("secrets", "list", "--output", "json")
        #expect(list.data?["secrets"]?.arrayValue?.first?["problem"] != nil, "\(list)")
    }

    @Test(arguments: [
        ["set", "API_TOKEN", "the-value-itself"], ["set", "API_TOKEN", "--", "the-value-itself"],
        ["set", "API_TOKEN", "--from-command"], ["set", "API_TOKEN", "--from-env", "A", "--file", "b"], ["set"],
    ])
    func `A value is never an argument, and a source is one`(arguments: [String]) async throws {
        let test = try SecretProject.make("true")
        let run = try await test.start(["secrets"] + arguments).result()
        #expect(run.status == ExitStatus.usage.rawValue, "\(run)")
        #expect(try await test.shell("ls .lockstep/secrets").stdout.isEmpty)
    }

    @Test(arguments: [("LD_PRELOAD", "value\n"), ("a-b", "value\n"), ("../x", "value\n"), ("OK", "abc\n"), ("OK", "")])
    func `A wrong name or value is refused and nothing is kept`(_ name: String, _ value: String) async throws {
        let test = try SecretProject.make("true")
        try test.file("value.txt", value)
        let run = try await test.run("secrets", "set", name, "--file", "value.txt")
        #expect(run.status == ExitStatus.invalid.rawValue, "\(run)")
        #expect(try await test.shell("ls .lockstep/secrets").stdout.isEmpty)
    }

    @Test(.enabled(if: Tmux.isThere, "tmux is not installed: no test in a real terminal was run"))
    func `What is typed on a terminal is not shown`() async throws {
        let test = try SecretProject.make("true")
        let tmux = "tmux -u -S \(test.folder)/tmux -f /dev/null"
        let command = "\"$LOCKSTEP\" secrets set API_TOKEN; echo \"status $?\"; stty -a | grep -o '.echo '; sleep 3000"
        let quoted = command.replacingOccurrences(of: "'", with: "'\\''")
        _ = try await test.shell("\(tmux) new-session -d -x 80 -y 24 '\(quoted)'")
        var screen = ""
        func shows(_ text: String) async throws -> Bool {
            try await eventually {
                screen = try await test.shell("\(tmux) capture-pane -p").stdout
                return screen.contains(text)
            }
        }
        #expect(try await shows("Value of API_TOKEN (not shown):"), "\(screen)")
        _ = try await test.shell("\(tmux) send-keys 'typed-wronh' BSpace 'g-value' Enter")
        #expect(try await shows("status 0"), "\(screen)")
        #expect(try await shows(" echo"), "\(screen)")
        _ = try await test.shell("\(tmux) kill-server")
        #expect(!screen.contains("typed"), "\(screen)")
        #expect(test.content(".lockstep/secrets/API_TOKEN")?.contains("typed-wrong-value") == true)
    }
}
