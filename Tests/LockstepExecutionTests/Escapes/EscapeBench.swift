import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// One way in which a step could try to get out.
struct Escape: Sendable, CustomTestStringConvertible {
    let name: String
    /// Python; see ``EscapeBench/preamble``.
    let script: String
    /// What the step must be told: the words that it prints.
    let answer: String

    init(_ name: String, _ script: String, _ answer: String) {
        self.name = name
        self.script = script
        self.answer = answer
    }

    var testDescription: String { name }
}

/// Runs steps that try to get out of the real sandbox.
struct EscapeBench {
    let bench: StepBench

    init() throws { bench = try StepBench(graceMilliseconds: 300) }

    /// `tell(work)` prints `done`, or the name of the error that the attempt met; `call` makes a system call by its number.
    static let preamble = """
        import ctypes, errno, os, signal, socket, stat, struct, sys, time
        libc = ctypes.CDLL(None, use_errno=True)
        # Newer calls have one number on all machines.
        ioctl, clone, pivot_root, ioprio_set = (16, 56, 155, 251) if os.uname().machine == 'x86_64' else (29, 220, 41, 30)
        def plain(x): return x if isinstance(x, (bytes, ctypes.Array, ctypes.Structure)) or x is None else ctypes.c_long(x)
        def check(result):
            if result < 0: raise OSError(ctypes.get_errno(), 'refused')
            return result
        def call(*arguments):
            libc.syscall.restype = ctypes.c_long
            return check(libc.syscall(*[plain(x) for x in arguments]))
        def tell(work, *arguments):
            try:
                work(*arguments)
                word = 'done'
            except OSError as error:
                word = errno.errorcode.get(error.errno) or type(error).__name__
            print(word, end=' ', flush=True)
        def spill(path, text='x', flags=os.O_WRONLY):
            descriptor = os.open(path, flags)
            os.write(descriptor, text.encode())
            os.close(descriptor)
        def read(path): open(path, 'rb').read(1)

        """

    func invocation(_ script: String, outputs: [Output] = [.stdout]) -> StepInvocation {
        var invocation = bench.invocation(["/usr/bin/python3", "-c", Self.preamble + script], outputs: outputs)
        // What succeeds may well hang.
        invocation.limits.wall = DurationText(milliseconds: 300_000)
        return invocation
    }

    /// What a step printed that succeeded.
    func answer(_ script: String, change: (inout StepInvocation) throws -> Void = { _ in }) async throws -> String {
        var invocation = invocation(script)
        try change(&invocation)
        return try await answer(of: invocation)
    }

    func answer(of invocation: StepInvocation) async throws -> String {
        let outcome = try await bench.run(invocation)
        guard case .value(.string(let text))? = outcome.outputs["out"] else {
            throw TestFailure(message: "\(outcome)")
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// How a step ended of which nothing is expected.
    func outcome(_ script: String, change: (inout StepInvocation) -> Void = { _ in }) async throws -> StepOutcome {
        var invocation = invocation(script, outputs: [])
        change(&invocation)
        return try await bench.run(invocation)
    }
}
