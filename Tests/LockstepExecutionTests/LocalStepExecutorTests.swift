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

    @Test func `a weaker sandbox is refused`() async throws {
        var invocation = bench.invocation(["true"])
        invocation.sandboxLevel = .off
        await #expect(throws: ExecutionError.self) { try await bench.run(invocation) }
    }
}
