import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepExecution

/// Limits that the supervisor enforces by looking at what the step uses.
@Suite(.timeLimit(.minutes(10)))
struct LimitTests {
    private let bench: StepBench

    init() throws {
        bench = try StepBench()
    }

    /// Each would go on for an hour after it has taken what it wants.
    private static let eaters = [
        "x = bytearray(200 << 20)",
        "import mmap; x = mmap.mmap(-1, 200 << 20); x.write(b'x' * (200 << 20))",
        "import os; [os.fork() for _ in range(3)]; x = bytearray(30 << 20)",
        "import threading; t = threading.Thread(target=lambda: __import__('subprocess').run(['python3', '-c', 'x = "
            + "bytearray(200 << 20); import time; time.sleep(3600)'])); t.start()",
    ]

    @Test(arguments: eaters)
    func `a step that takes more memory than it may is ended, whoever of it takes it`(eater: String) async throws {
        var invocation = bench.invocation(["python3", "-c", "\(eater); import time; time.sleep(3600)"])
        invocation.limits.memory = .mebibytes(100)
        let outcome = try await bench.run(invocation)
        #expect(outcome.ending.reason == .outOfMemory)
        #expect(outcome.failure?.code == .resourceLimit)
        #expect(outcome.failure?.message.hasPrefix("ran out of memory at 100 MiB after ") == true, "\(outcome)")
        #expect(outcome.failure?.message.contains("resources.memory") == true)
        #expect(outcome.usage.peakMemory > .mebibytes(100))
    }

    @Test func `a step that keeps within its memory is left alone, and what it took is known`() async throws {
        var invocation = bench.invocation(["python3", "-c", "x = bytearray(60 << 20); import time; time.sleep(1)"])
        invocation.limits.memory = .mebibytes(100)
        let outcome = try await bench.run(invocation)
        #expect(outcome.succeeded, "\(outcome)")
        #expect(outcome.usage.peakMemory > .mebibytes(60))
        #expect(outcome.usage.peakMemory < .mebibytes(100))
    }

    @Test(arguments: [
        "dd if=/dev/zero of=big bs=1M count=30 2>&1",
        "mkdir -p a/b/c && dd if=/dev/zero of=a/b/c/big bs=1M count=30 2>&1",
        "for i in 1 2 3 4 5 6; do dd if=/dev/zero of=part$i bs=1M count=5 2>&1; done", "seq 600 | xargs touch",
        "seq 600 | xargs mkdir",
    ])
    func `a step that fills its work folder is ended`(script: String) async throws {
        var invocation = bench.invocation(["sh", "-c", "\(script); sleep 3600"])
        invocation.limits.workSize = .mebibytes(20)
        invocation.limits.workFiles = 500
        let outcome = try await bench.run(invocation)
        #expect(outcome.ending.reason == .diskLimit, "\(outcome)")
        #expect(outcome.failure?.code == .resourceLimit)
        #expect(outcome.failure?.message.contains("resources.work_size") == true, "\(outcome)")
    }
}
