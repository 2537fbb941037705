import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

@Suite(.timeLimit(.minutes(10)))
struct LogTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    private func log(_ stream: StandardStream, of invocation: StepInvocation) -> [UInt8] {
        SmallFile.read(AttemptLayout(folder: invocation.attemptFolder).log(stream), limit: 1 << 24) ?? []
    }

    @Test func `what is over the cap is drained and a line says so`() async throws {
        var invocation = bench.invocation(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2"])
        invocation.limits.logSize = .mebibytes(1)
        let outcome = try await bench.run(invocation)
        #expect(outcome.succeeded)
        #expect(outcome.usage.stdoutBytes == 3_000_000)
        let bytes = log(.stdout, of: invocation)
        let notice = Array("\n[lockstep: output truncated at 1 MiB]\n".utf8)
        #expect(bytes.count == 1 << 20 + notice.count)
        #expect(Array(bytes.suffix(notice.count)) == notice)
        #expect(log(.stderr, of: invocation) == Array("end\n".utf8))
    }

    @Test func `an output from a cut log fails and says why`() async throws {
        var invocation = bench.invocation(["head", "-c", "2000000", "/dev/zero"], outputs: [.stdout])
        invocation.limits.logSize = .mebibytes(1)
        let outcome = try await bench.run(invocation)
        #expect(outcome.failure?.code == .resourceLimit)
        #expect(outcome.failure?.message.contains("wrote more than 1 MiB to standard output") == true)
    }

    @Test func `a log at exactly the cap is whole`() async throws {
        var invocation = bench.invocation(["head", "-c", "1048576", "/dev/zero"])
        invocation.limits.logSize = .mebibytes(1)
        _ = try await bench.run(invocation)
        #expect(log(.stdout, of: invocation).count == 1 << 20)
    }

    @Test func `a tool cannot change what it has written`() async throws {
        let invocation = bench.invocation([
            "sh", "-c",
            "echo first; truncate -s 0 /proc/self/fd/1; echo second > /dev/stdout; echo third > /proc/self/fd/1",
        ])
        _ = try await bench.run(invocation)
        #expect(log(.stdout, of: invocation) == Array("first\nsecond\nthird\n".utf8))
    }

    @Test func `a tool that closes its output is waited for`() async throws {
        let invocation = bench.invocation(["sh", "-c", "exec >&- 2>&-; sleep 0.3; touch /step/late"])
        #expect(try await bench.run(invocation).succeeded)
        #expect(access("\(invocation.attemptFolder)/work/late", F_OK) == 0)
    }

    @Test func `a running step's last line is reported before its end`() async throws {
        // The tool goes on only when its progress has been seen, so a slow machine makes the test slow, not wrong.
        let script =
            "echo working; echo '{\"progress\": 40}' >> $LOCKSTEP_EVENTS; until [ -e go ]; do sleep 0.05; done; echo done"
        let invocation = bench.invocation(["sh", "-c", script])
        let outcome = try await bench.executor.run(invocation, stop: StopSignal()) { progress in
            guard progress == StepProgress(percent: 40, liveOutput: "working") else { return }
            close(open(invocation.attemptFolder + "/work/go", O_WRONLY | O_CREAT, 0o644))
        }
        #expect(outcome.lastLine == "done")
    }

    @Test func `progress is news only, never goes back, and shows the stream that was written last`() throws {
        let layout = AttemptLayout(folder: bench.folder)
        var reader = ProgressReader(layout: layout)
        #expect(reader.read() == nil)
        _ = try bench.write("page 1\r\u{1B}[2Kpage 2 \u{1B}[1mof\u{1B}[0m 3\n\n", to: "stdout.log")
        var events = "no json\n{\"progress\": 40}\n"
        _ = try bench.write(events, to: "events.jsonl")
        #expect(reader.read() == StepProgress(percent: 40, liveOutput: "page 2 of 3"))
        #expect(reader.read() == nil)
        events += "{\"progress\": 250.5, \"message\": \"al\\u001b[31mmost\"}\n"
        _ = try bench.write(events, to: "events.jsonl")
        #expect(reader.read() == StepProgress(percent: 100, liveOutput: "almost"))
        #expect(reader.read() == nil)
        events += "{\"progress\": 10}\n"
        _ = try bench.write(events, to: "events.jsonl")
        _ = try bench.write("warning\n", to: "stderr.log")
        #expect(reader.read() == StepProgress(percent: 100, liveOutput: "warning"))
    }

    @Test func `events that are malformed, endless or too many are skipped`() async throws {
        let path = bench.folder + "/events.jsonl"
        let long = String(repeating: "x", count: 70_000)
        _ = try bench.write(
            "[]\n{\"progress\": \"5\"}\n\(long)\n\n{\"progress\": 7}\n{\"progress\": 9",
            to: "events.jsonl"
        )
        var reader = EventReader(path: path)
        reader.read()
        #expect(reader.percent == 7)
        #expect(reader.malformedLines == 2)
        _ = try bench.write(String(repeating: "{}\n", count: 400_000) + "{\"progress\": 50}\n", to: "events.jsonl")
        reader = EventReader(path: path)
        reader.read()
        reader.read()
        #expect(reader.percent == nil)
    }

    @Test func `costs add up, what is no amount is skipped, and the last checkpoint counts`() throws {
        let lines = [
            #"{"cost": "0.10"}"#, #"{"cost": 2}"#, #"{"cost": 0.1}"#, #"{"cost": "much"}"#, #"{"cost": "-1"}"#,
            #"{"checkpoint": "a"}"#, #"{"checkpoint": {"page": 3}}"#, #"{"cost": "0.20"}"#,
        ]
        _ = try bench.write(lines.joined(separator: "\n"), to: "events.jsonl")
        let reader = EventReader.whole(path: bench.folder + "/events.jsonl")
        #expect(reader.cost?.description == "2.30")
        #expect(reader.checkpoint == ["page": 3])
        #expect(reader.malformedLines == 3)
    }

    @Test(arguments: [
        ("plain", "plain"), ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{07}after", "after"),
        ("\u{1B}]8;;http://a\u{1B}\\link", "link"), ("a\tb\u{08}\u{00}c", "a bc"), ("\u{202E}evil", "evil"),
        ("unfinished \u{1B}[3", "unfinished "), ("\u{1B}(Bascii", "ascii"),
    ])
    func `a line is shown without what a terminal would obey`(_ text: String, _ shown: String) {
        #expect(PlainText.line(text.utf8) == shown)
    }
}
