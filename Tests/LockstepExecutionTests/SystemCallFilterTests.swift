import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

@testable import LockstepExecution

/// What the kernel refuses a step, tried by a real program in the real sandbox.
@Suite(.timeLimit(.minutes(10)))
struct SystemCallFilterTests {
    private let bench: StepBench

    init() throws {
        bench = try StepBench()
    }

    /// Prints the name of the error of each call, or `ok`.
    private static let preamble = """
        import ctypes, errno, socket
        libc = ctypes.CDLL(None, use_errno=True)
        def say(result):
            print('ok' if result >= 0 else errno.errorcode[ctypes.get_errno()], end=' ')
        def call(*arguments):
            say(libc.syscall(*[ctypes.c_long(argument) for argument in arguments]))

        """

    private func answers(_ script: String, debug: Bool = false) async throws -> [String] {
        var invocation = bench.invocation(["python3", "-c", Self.preamble + script], outputs: [.stdout])
        invocation.sandbox.debug = debug
        let outcome = try await bench.run(invocation)
        guard case .value(.string(let text))? = outcome.outputs["out"] else {
            throw TestFailure(message: "\(outcome)")
        }
        return text.split(separator: " ").map(String.init)
    }

    #if arch(x86_64)
        /// The numbers are those of x86-64.
        @Test(
            arguments: [
                ("keyctl", "call(250, 0, -3, 0)"), ("ptrace", "call(101, 0, 0, 0, 0)"), ("unshare", "call(272, 0)"),
                ("bpf", "call(321, 0, 0, 0)"), ("perf_event_open", "call(298, 0, 0, -1, -1, 0)"),
                ("userfaultfd", "call(323, 1)"), ("mount", "call(165, 0, 0, 0, 0, 0)"), ("setns", "call(308, -1, 0)"),
                ("open_by_handle_at", "call(304, -1, 0, 0)"), ("process_vm_readv", "call(310, 1, 0, 0, 0, 0, 0)"),
                ("a new host name by clone", "call(56, 0x04000000 | 17, 0, 0, 0, 0)"),
                ("a new user by clone", "call(56, 0x10000000 | 17, 0, 0, 0, 0)"),
                ("TIOCSTI", "call(16, 0, 0x5412, 0)"), ("TIOCSTI that the kernel cuts", "call(16, 0, 0x100005412, 0)"),
                ("TIOCLINUX", "call(16, 0, 0x541C, 0)"),
            ]
        )
        func `a call that no tool needs is refused`(name: String, script: String) async throws {
            #expect(try await answers(script) == ["EPERM"], "\(name)")
        }

        @Test(arguments: [435, 425, 426, 428, 429, 430, 431, 432, 433, 442, 467])
        func `a call that a filter cannot look into seems not to be there`(number: Int) async throws {
            #expect(try await answers("call(\(number), 0, 0, 0, 0, 0)") == ["ENOSYS"])
        }

        @Test func `only local sockets, IPv4, IPv6 and netlink can be made`() async throws {
            let made = try await answers("for family in range(0, 46): call(41, family, 2, 0)")
            let allowed = made.enumerated().filter { $0.element != "EAFNOSUPPORT" }.map(\.offset)
            #expect(Set(allowed).isSubset(of: [1, 2, 10, 16]), "\(made)")
            #expect(Set(allowed).isSuperset(of: [1, 2]), "\(made)")
            let cut = try await answers("call(41, 0x100000028, 1, 0); call(53, 0x100000001, 1, 0)")
            #expect(cut == ["EAFNOSUPPORT", "EAFNOSUPPORT"])
        }

        @Test func `a debugger works where the tool asks for it, and only that is given`() async throws {
            #expect(try await answers("call(101, 0, 0, 0, 0); call(250, 0, -3, 0)", debug: true) == ["ok", "EPERM"])
        }
    #endif

    @Test func `threads, processes and sockets of ordinary programs work`() async throws {
        let script = """
            import subprocess, threading
            thread = threading.Thread(target=lambda: say(subprocess.run(['true']).returncode))
            thread.start()
            thread.join()
            one, other = socket.socketpair()
            one.send(b'x')
            say(len(other.recv(1)))
            """
        #expect(try await answers(script) == ["ok", "ok"])
        #expect(try await bench.output("grep Seccomp: /proc/self/status").hasSuffix("2"))
    }
}
