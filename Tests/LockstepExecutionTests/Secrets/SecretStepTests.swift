import Foundation
import Glibc
import LockstepJSON
import LockstepModel
import Synchronization
import Testing

@testable import LockstepExecution

/// Steps that have a secret, in the real sandbox under the real supervisor.
@Suite(.timeLimit(.minutes(10)))
struct SecretStepTests {
    private let bench: StepBench
    private static let token = "tok-3nQ/v9+Z=key"

    init() throws { bench = try StepBench() }

    private func invocation(
        _ script: String,
        outputs: [Output] = [],
        secrets: [String: String] = ["API_TOKEN": token]
    ) throws -> StepInvocation {
        var invocation = bench.invocation(["sh", "-c", script], outputs: outputs)
        for (name, text) in secrets { invocation.secrets[name] = try SecretValue(Array(text.utf8), isExact: true) }
        return invocation
    }

    private func log(_ stream: StandardStream, of invocation: StepInvocation) -> String {
        let layout = AttemptLayout(folder: invocation.attemptFolder)
        return String(decoding: SmallFile.read(layout.log(stream), limit: 1 << 24) ?? [], as: UTF8.self)
    }

    @Test func `the tool has the secret in its environment, and the order does not`() async throws {
        let check =
            "[ $(printf %s \"$API_TOKEN\" | md5sum | cut -c1-32) = 481248a73d21c0255c9b097c838926e4 ] && echo right"
        let invocation = try invocation("\(check); env | grep -c API_TOKEN")
        _ = try await bench.run(invocation)
        #expect(log(.stdout, of: invocation) == "right\n1\n")
        let order = SmallFile.read(AttemptLayout(folder: invocation.attemptFolder).launch) ?? []
        #expect(!String(decoding: order, as: UTF8.self).contains("3nQ"))
        #expect(try JSONValue(parsing: order)["secrets"] == ["API_TOKEN"])
    }

    @Test func `what the tool writes is masked, also when it comes in pieces`() async throws {
        let invocation = try invocation(
            """
            echo "a $API_TOKEN b"; echo "c $API_TOKEN" >&2; printf 'd %s' tok-3n; sleep 0.4; printf 'Q/v9+'; sleep 0.4
            echo 'Z=key e'; printf %s "$API_TOKEN" | base64; printf 'user:%s' "$API_TOKEN" | base64
            """
        )
        _ = try await bench.run(invocation)
        #expect(log(.stdout, of: invocation) == "a *** b\nd *** e\n***\ndXNlcjp***\n")
        #expect(log(.stderr, of: invocation) == "c ***\n")
    }

    @Test func `a log is cut by what is kept of it`() async throws {
        var invocation = try invocation("yes \"$API_TOKEN\" | head -n 1000")
        invocation.limits.logSize = ByteCount(4000)
        let outcome = try await bench.run(invocation)
        #expect(log(.stdout, of: invocation) == String(repeating: "***\n", count: 1000))
        #expect(outcome.usage.stdoutBytes == 4000)
    }

    @Test func `a prompt that ends like a secret begins is seen before the tool goes on`() async throws {
        let invocation = try invocation("printf 'what to t'; until [ -e go ]; do sleep 0.05; done; echo; echo end")
        let seen = Mutex<[String]>([])
        let outcome = try await bench.executor.run(invocation, stop: StopSignal()) { progress in
            if let line = progress.liveOutput { seen.withLock { $0.append(line) } }
            // Only then the tool goes on: a slow machine makes the test slow, not wrong.
            if progress.liveOutput == "what to t" {
                close(open("\(invocation.attemptFolder)/work/go", O_CREAT | O_WRONLY, 0o666))
            }
        }
        #expect(outcome.succeeded)
        // What is surely no secret may be seen before the rest, so "what to " may come first.
        #expect(seen.withLock { $0.contains("what to t") })
    }

    @Test func `events of the tool are masked when they are read and where they stand`() async throws {
        let invocation = try invocation(
            """
            printf '{"progress": 40, "message": "using %s"}\\n' "$API_TOKEN" >> $LOCKSTEP_EVENTS
            printf '{"checkpoint": {"%s": ["%s"]}, "cost": "0.12"}\\n' "$API_TOKEN" "$API_TOKEN" >> $LOCKSTEP_EVENTS
            until [ -e go ]; do sleep 0.05; done
            """
        )
        let seen = Mutex<[String]>([])
        let outcome = try await bench.executor.run(invocation, stop: StopSignal()) { progress in
            if let line = progress.liveOutput { seen.withLock { $0.append(line) } }
            if progress.percent == 40 {
                close(open("\(invocation.attemptFolder)/work/go", O_CREAT | O_WRONLY, 0o666))
            }
        }
        #expect(seen.withLock { $0 }.last == "using ***")
        #expect(outcome.checkpoint == ["***": ["***"]])
        #expect(outcome.cost?.description == "0.12")
        let events = SmallFile.read(AttemptLayout(folder: invocation.attemptFolder).events) ?? []
        #expect(!String(decoding: events, as: UTF8.self).contains("3nQ"), "\(String(decoding: events, as: UTF8.self))")
        #expect(String(decoding: events, as: UTF8.self).contains("\"message\": \"using ***\""))
    }

    @Test func `an error message that quotes the tool is masked`() async throws {
        let outcome = try await bench.run(try invocation("echo \"refused: $API_TOKEN\" >&2; exit 3"))
        #expect(outcome.failure?.message == "refused: *** (exit code 3)")
        #expect(outcome.lastLine == "refused: ***")
    }

    @Test(arguments: [
        ("echo \"$API_TOKEN\"", Output.stdout), ("printf %s \"$API_TOKEN\" > out.txt", .file("out.txt")),
        ("{ head -c 300000 /dev/zero; printf %s \"$API_TOKEN\"; } > out.txt", .file("out.txt")),
        ("printf %s \"$API_TOKEN\" | base64 > out.txt", .file("out.txt")),
        (
            "printf %s \"$API_TOKEN\" > out.txt",
            Output(name: "file", source: .path("out.txt"), schema: ValueSchema.of(.string))
        ),
        (
            "echo \"$API_TOKEN\"",
            Output(name: "file", source: .stream(.stdout, .file(name: "o.txt")), schema: ValueSchema.of(.file))
        ),
        (
            "mkdir d; printf %s \"$API_TOKEN\" > d/deep.txt",
            Output(name: "file", source: .directory("d"), schema: ValueSchema.of(.file))
        ),
    ])
    func `an output that would hold a secret fails the step and keeps nothing`(_ script: String, _ output: Output)
        async throws
    {
        let outcome = try await bench.run(try invocation(script, outputs: [output]))
        #expect(outcome.failure?.message.contains("holds a secret of the tool") == true, "\(outcome)")
        #expect(outcome.outputs.isEmpty)
        let kept = try FileManager.default.subpathsOfDirectory(atPath: bench.folder + "/assets")
        #expect(!kept.contains { $0.count > 60 }, "\(kept)")
    }

    @Test func `a file's name that holds a secret is not repeated`() async throws {
        let secrets = ["API_TOKEN": "plain-token-value"]
        let outcome = try await bench.run(
            try invocation("touch $API_TOKEN.log", outputs: [.file("out.txt")], secrets: secrets)
        )
        #expect(outcome.failure?.message.contains("***.log") == true, "\(outcome)")
    }

    @Test func `an output beside a masked line is taken`() async throws {
        let output = Output(
            name: "out",
            source: .stream(.stdout, .json(pointer: JSONPointer(["a"]), takesLast: true)),
            schema: ValueSchema()
        )
        let outcome = try await bench.run(
            try invocation("echo \"with $API_TOKEN\"; echo '{\"a\": 7}'", outputs: [output])
        )
        #expect(outcome.outputs["out"] == .value(7), "\(outcome)")
    }

    @Test func `a secret that is not there keeps the tool from running`() async throws {
        var invocation = try invocation("touch ran")
        invocation.secrets.updateValue(nil, forKey: "API_TOKEN")
        await #expect(throws: ExecutionError.self) { try await bench.run(invocation) }
        #expect(access("\(invocation.attemptFolder)/work/ran", F_OK) != 0)
    }

    @Test func `a step that another runner adopts stays masked, and its own messages are not shown`() async throws {
        let invocation = try invocation(
            """
            printf '{"progress": 10, "message": "old %s"}\\n{"checkpoint": "%s"}\\n' "$API_TOKEN" "$API_TOKEN" >> $LOCKSTEP_EVENTS
            touch ready; until [ -e go ]; do sleep 0.05; done; echo "says $API_TOKEN"
            """
        )
        async let first = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        var adopting = invocation
        // Changed since the step was started, so this runner does not know what to mask.
        adopting.secrets["API_TOKEN"] = try SecretValue(Array("another value".utf8))
        let seen = Mutex<[StepProgress]>([])
        let adopted = try await bench.executor.adopt(adopting, stop: StopSignal()) { progress in
            seen.withLock { $0.append(progress) }
            close(open("\(invocation.attemptFolder)/work/go", O_CREAT | O_WRONLY, 0o666))
        }
        _ = try await first
        #expect(adopted.wasAlive && adopted.outcome.succeeded)
        #expect(seen.withLock { $0 }.first?.percent == 10)
        #expect(!seen.withLock { $0 }.contains { $0.liveOutput?.contains("old") == true })
        #expect(adopted.outcome.lastLine == "says ***")
        #expect(adopted.outcome.checkpoint == "***")
    }

    @Test func `a command gives a secret, and says nothing of what it printed when it fails`() async throws {
        #expect(try await SecretCommand.value(of: ["printf", "%s\\n", "two\nlines"]).revealed == "two\nlines")
        let script = "echo out-hunter2; echo err-hunter2 >&2; exit 3"
        let failed = await #expect(throws: SecretProblem.self) {
            try await SecretCommand.value(of: ["sh", "-c", script])
        }
        #expect(failed?.message == "cannot be had: `sh` ended with code 3; run it by hand to see why")
        let missing = await #expect(throws: SecretProblem.self) {
            try await SecretCommand.value(of: ["no-such-program"])
        }
        #expect(missing?.message.contains("could not be started") == true)
        let much = await #expect(throws: SecretProblem.self) { try await SecretCommand.value(of: ["yes"]) }
        #expect(much?.message.contains("more than 64 KiB") == true)
        let empty = await #expect(throws: SecretProblem.self) { try await SecretCommand.value(of: ["true"]) }
        #expect(empty?.message.contains("is empty") == true)
    }

    @Test func `a command that takes too long is ended, and one that leaves a daemon behind is not waited for`()
        async throws
    {
        let late = await #expect(throws: SecretProblem.self) {
            try await SecretCommand.value(of: ["sleep", "3000"], within: 1)
        }
        #expect(late?.message.contains("took more than 1 s") == true)
        let value = try await SecretCommand.value(of: ["sh", "-c", "sleep 30 & echo the-value"])
        #expect(value.revealed == "the-value")
    }
}
