import Foundation
import LockstepTestSupport
import Testing

import enum LockstepModel.ExitStatus

/// A tool that gives its secret away in every way that it has, and everything that is looked at afterwards.
@Suite(.timeLimit(.minutes(10)))
struct SecretLeakTests {
    private static let value = "pa55-first/line+x\nsecond \"line\" it's=?&\nthird-line-zz"
    private static let url = "pa55-first%2Fline%2Bx%0Asecond%20%22line%22%20it%27s%3D%3F%26%0Athird-line-zz"
    private static let form = "pa55-first%2fline%2bx%0asecond+%22line%22+it%27s%3d%3f%26%0athird-line-zz"

    /// What must be nowhere: a part of each form that is long enough to be no accident, in lower case and on one line.
    private static let forbidden: [String] = {
        let whole = Data(value.utf8).base64EncodedString()
        let shifted = Data("user:\(value)".utf8).base64EncodedString()
        let hexadecimal = value.utf8.map { String(format: "%02x", $0) }.joined()
        let parts = [
            "pa55-first", "line+x", "second \"line\"", "it's=?&", "third-line", "first%2Fline", "it%27s%3D",
            "rd-line-zz",
            "second \\\"line", String(whole.prefix(12)), String(whole.dropFirst(20).prefix(12)),
            String(shifted.dropFirst(8).prefix(12)),
            String(shifted.dropFirst(30).prefix(12)), String(hexadecimal.dropFirst(10).prefix(12)),
        ]
        return parts.map { $0.lowercased() }
    }()

    private static let leaks = """
        echo "argv: $0 $*"
        env
        echo "page 1 of 4 $API_TOKEN"
        printf '%.10s' "$API_TOKEN"; sleep 0.3; printf %s "$API_TOKEN" | tail -c +11; echo
        printf %s "$API_TOKEN" | while IFS= read -r line; do echo "line: $line"; done
        printf %s "$API_TOKEN" | base64 -w 20
        printf %s "$API_TOKEN" | base64 -w 0; echo
        printf 'user:%s' "$API_TOKEN" | base64 -w 0 | tr '+/' '-_'; echo
        printf %s "$API_TOKEN" | od -An -v -tx1 | tr -d ' '
        echo 'GET /?token=\(url)'
        echo 'token=\(form)'
        sed 's/"/\\\\"/g' <<END
        {"token": "$API_TOKEN"}
        END
        printf %s "$API_TOKEN" | sed 's/$/\\r/'
        token=$(printf %s "$API_TOKEN" | sed 's/"/\\\\"/g' | tr '\\n' '#' | sed 's/#/\\\\n/g')
        printf '{"progress": 50, "message": "with %s"}\\n' "$token" >> $LOCKSTEP_EVENTS
        printf '{"checkpoint": {"%s": "%s"}, "cost": "0.01"}\\n' "$token" "$token" >> $LOCKSTEP_EVENTS
        touch ready; until [ -e go ]; do sleep 0.05; done
        echo "failed with $API_TOKEN" >&2
        echo "last $API_TOKEN"
        """

    private func expectNone(in text: some Sequence<UInt8>, _ place: String) {
        let flat = String(decoding: text.filter { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self).lowercased()
        for part in Self.forbidden { #expect(!flat.contains(part), "\(part) in \(place)") }
    }

    /// The arguments of all processes of this machine that are not this test's own.
    private func argumentsOfAll() -> [UInt8] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { Int($0) != nil }.flatMap { name in
            Array(FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()) + [0x20]
        }
    }

    /// Runs the tool to its end, looking at what processes show while it runs.
    private func run(_ test: CommandLineTest) async throws -> CommandResult {
        try test.file("token.txt", Self.value + "\n")
        let set = try await test.run("secrets", "set", "API_TOKEN", "--file", "token.txt")
        #expect(set.status == 0, "\(set)")
        try FileManager.default.removeItem(atPath: test.folder + "/token.txt")
        let program = try test.start(["run", "workflow", "work"])
        let isReady = try await eventually {
            try await !test.shell("find .lockstep/attempts -name ready").stdout.isEmpty || !program.isRunning
        }
        #expect(isReady)
        expectNone(in: argumentsOfAll(), "the arguments of processes")
        let live = try await test.run("jobs", "show", "last", "--output", "json")
        expectNone(in: "\(live)".utf8, "a running job")
        _ = try await test.shell("touch $(dirname $(find .lockstep/attempts -name ready))/go")
        return await program.result()
    }

    private func expectNothingLeft(by test: CommandLineTest, _ run: CommandResult) async throws {
        expectNone(in: "\(run)".utf8, "what the run printed")
        let receiver = try await WebhookReceiver(secret: "a secret that is long enough")
        try test.file("hook.txt", "a secret that is long enough\n")
        _ = try await test.run("webhooks", "add", receiver.url, "--after", "0", "--secret-file", "hook.txt")
        _ = try await test.run("webhooks", "deliver")
        #expect(!receiver.requests().isEmpty)
        expectNone(in: "\(receiver.requests())".utf8, "webhooks")
        let job = ["last"]
        for words in [
            ["jobs", "show"] + job, ["jobs", "logs"] + job, ["jobs", "events"] + job, ["explain"] + job,
            ["outputs", "list"] + job, ["outputs", "show"] + job, ["events", "list"], ["tools", "show", "shell"],
            ["secrets", "list"], ["check"], ["doctor"], ["jobs", "list"],
        ] {
            for format in [[], ["--output", "json"]] where words != ["doctor"] || format.isEmpty {
                let result = try await test.start(words + format).result()
                expectNone(in: "\(result)".utf8, "`\((words + format).joined(separator: " "))`")
            }
        }
        let state = test.folder + "/.lockstep"
        let files = try FileManager.default.subpathsOfDirectory(atPath: state)
        #expect(
            files.contains { $0.hasSuffix("launch.json") } && files.contains { $0.hasSuffix("stdout.log") },
            "\(files)"
        )
        for file in files where !file.hasPrefix("secrets") {
            guard let content = FileManager.default.contents(atPath: "\(state)/\(file)") else { continue }
            expectNone(in: content, file)
        }
    }

    @Test
    func `A tool that fails gives its secret away nowhere`() async throws {
        let test = try SecretProject.make(Self.leaks + "\nexit 3")
        let run = try await run(test)
        #expect(run.status == ExitStatus.failed.rawValue && run.stderr.contains("failed with ***"), "\(run)")
        let logs = try await test.run("jobs", "logs", "last")
        #expect(logs.stdout.contains("API_TOKEN=***") && logs.stdout.contains("page 1 of 4 ***"), "\(logs)")
        #expect(logs.stdout.contains("GET /?token=***") && logs.stdout.contains("token=***"), "\(logs)")
        try await expectNothingLeft(by: test, run)
    }

    @Test
    func `A tool that succeeds gives its secret away nowhere`() async throws {
        let test = try SecretProject.make(Self.leaks + "\necho fine > out.txt")
        let run = try await run(test)
        #expect(run.status == 0 && run.stdout.contains("fine"), "\(run)")
        try await expectNothingLeft(by: test, run)
    }

    @Test(arguments: [
        ("printf %s \"$API_TOKEN\"", "out: { stdout: text, schema: { type: string } }"),
        ("printf %s \"$API_TOKEN\" > out.txt", "out: { path: out.txt, schema: { type: file } }"),
    ])
    func `An output that would hold the secret fails the job and is not kept`(_ script: String, _ outputs: String)
        async throws
    {
        let test = try SecretProject.make(
            "\(script); touch ready; until [ -e go ]; do sleep 0.05; done",
            outputs: outputs
        )
        let run = try await run(test)
        #expect(run.status == ExitStatus.failed.rawValue, "\(run)")
        #expect(run.stderr.contains("holds a secret of the tool"), "\(run)")
        let assets = try await test.shell("find .lockstep/assets -type f | xargs -r cat")
        expectNone(in: assets.output, "assets")
        let shown = try await test.run("jobs", "show", "last", "--output", "json")
        expectNone(in: "\(shown)".utf8, "the job")
    }
}
