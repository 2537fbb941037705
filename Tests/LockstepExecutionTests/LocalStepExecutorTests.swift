import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

@Suite(.timeLimit(.minutes(10)))
struct LocalStepExecutorTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    @Test func `a step that exits with 0 succeeds`() async throws {
        let outcome = try await bench.run(bench.invocation(["true"]))
        #expect(outcome.failure == nil)
        #expect(outcome.ending == AttemptEnding(reason: .exited, exitCode: 0))
        #expect(outcome.sandboxLevel == .full)
    }

    @Test func `a step that exits with another code fails and its last words are quoted`() async throws {
        let outcome = try await bench.shell("echo fine; printf 'one\\ntwo \\033[31mred\\033[0m\\a\\n' >&2; exit 3")
        #expect(outcome.ending == AttemptEnding(reason: .exited, exitCode: 3))
        #expect(outcome.failure?.code == .stepFailed)
        #expect(
            outcome.failure?.message
                == "one | two red (exit code 3)"
        )
    }

    @Test func `a declared exit code is success`() async throws {
        var invocation = bench.invocation(["sh", "-c", "exit 75"])
        invocation.successExitCodes = [0, 75]
        #expect(try await bench.run(invocation).succeeded)
    }

    @Test(arguments: [Int32(11), 9, 15]) func `a signal that ends the tool is told from an exit code`(_ number: Int32)
        async throws
    {
        let outcome = try await bench.shell("kill -\(number) $$")
        #expect(outcome.ending == AttemptEnding(reason: .exited, signal: number))
        #expect(outcome.failure?.message.hasPrefix("was ended by signal \(number) (") == true)
    }

    @Test func `arguments arrive byte for byte`() async throws {
        let arguments = ["a b", "line\nbreak", "żółć 🦊", "", "--", "$HOME", "'\"\\"]
        var invocation = bench.invocation(["printf", "%s\\0"] + arguments, outputs: [.stdout])
        invocation.outputs = [.stdout]
        let outcome = try await bench.run(invocation)
        #expect(outcome.outputs["out"] == .value(.string(arguments.map { $0 + "\0" }.joined())))
    }

    @Test func `bytes and files reach standard input, which is empty otherwise`() async throws {
        #expect(try await bench.output("cat") == "")
        #expect(try await bench.output("cat") { $0.stdin = .bytes(Array("from memory".utf8)) } == "from memory")
        let path = try bench.write("from a file", to: "input.txt")
        #expect(try await bench.output("cat") { $0.stdin = .file(path) } == "from a file")
    }

    @Test func `steps run side by side and quick ones are noticed while a slow one runs`() async throws {
        let stop = StopSignal()
        let slow = bench.invocation(["sh", "-c", "touch ready; sleep 3000"])
        async let slowOutcome = bench.run(slow, stop: stop)
        // Started together with the slow one, and when it runs: none may depend on its end.
        async let first = bench.run(bench.invocation(["true"]))
        async let second = bench.run(bench.invocation(["true"]))
        #expect(try await first.succeeded)
        #expect(try await second.succeeded)
        try await TestWait.file("ready", of: slow)
        #expect(try await bench.run(bench.invocation(["true"])).succeeded)
        #expect(ExitReport(layout: AttemptLayout(folder: slow.attemptFolder)) == nil)
        stop.stopNow()
        #expect(try await slowOutcome.ending.reason == .cancelled)
    }

    @Test func `the supervisor leads a session of its own, away from the runner's terminal`() async throws {
        let stop = StopSignal()
        let invocation = bench.invocation(["sleep", "3000"])
        async let outcome = bench.run(invocation, stop: stop)
        let supervisor = try await TestWait.supervisor(of: invocation)
        #expect(getsid(supervisor) == supervisor)
        #expect(getpgid(supervisor) == supervisor)
        stop.stopNow()
        _ = try await outcome
    }

    @Test func `what a step used is measured`() async throws {
        let outcome = try await bench.shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo 12345")
        #expect(outcome.usage.wallSeconds > 0)
        #expect(outcome.usage.cpuSeconds > 0.01)
        #expect(outcome.usage.peakMemory > ByteCount(500_000))
        #expect(outcome.usage.stdoutBytes == 6)
        #expect(outcome.lastLine == "12345")
    }

    @Test func `what a step reads, writes and leaves behind is measured`() async throws {
        // Each byte is read twice and written twice.
        let outcome = try await bench.shell("head -c 3000000 /dev/zero > made; mkdir d; cat made > d/copy; sync made")
        #expect(outcome.usage.bytesRead >= 6_000_000 && outcome.usage.bytesRead < 9_000_000, "\(outcome.usage)")
        #expect(outcome.usage.bytesWritten >= 6_000_000 && outcome.usage.bytesWritten < 9_000_000)
        #expect(outcome.usage.storageWritten >= 3_000_000)
        #expect(outcome.usage.workFiles == 3)
        #expect(try #require(outcome.usage.workBytes) >= 6_000_000)
        #expect(outcome.usage.userSeconds + outcome.usage.systemSeconds == outcome.usage.cpuSeconds)
    }

    @Test func `what is enforced is in the outcome, with what enforces it`() async throws {
        let enforcement = try await bench.run(bench.invocation(["true"])).enforcement
        #expect(enforcement.missing.isEmpty)
        #expect(enforcement.enforced["memory"] == "polling")
        #expect(enforcement.enforced["processes"] == "prlimit in the user namespace")
        #expect(enforcement.enforced["tmp_size"] == "tmpfs size")
        #expect(enforcement.enforced["network"] == "network namespace")
        var asking = bench.invocation(["true"])
        asking.sandbox.network = true
        #expect(try await bench.run(asking).enforcement.enforced["network"] == nil)
    }

    @Test(arguments: [
        (
            "for i in $(seq 50); do sleep 30 & done; wait",
            "its limit of 20 processes and threads; give it more with resources.processes"
        ),
        (
            "python3 -c 'f = [open(\"/dev/null\") for i in range(100)]'",
            "its limit of 30 open files; give it more with resources.open_files"
        ),
        (
            "trap '' XFSZ; dd if=/dev/zero of=big bs=1M count=3",
            "its limit of 1 MiB a file; give it more with resources.file_size"
        ),
        (
            "dd if=/dev/zero of=/tmp/big bs=512K count=9",
            "its /tmp may be full, which holds 2 MiB; give it more with resources.work_size"
        ),
    ])
    func `a limit that the kernel tells only the tool of is named with its remedy`(script: String, words: String)
        async throws
    {
        var invocation = bench.invocation(["sh", "-c", script])
        invocation.limits.processes = 20
        invocation.limits.openFiles = 30
        invocation.limits.fileSize = .mebibytes(1)
        invocation.limits.workSize = .mebibytes(2)
        if words.contains("/tmp") { invocation.limits.fileSize = .gibibytes(1) }
        let message = try await bench.run(invocation).failure?.message ?? "it succeeded"
        #expect(message.contains(words), "\(message)")
    }
}
