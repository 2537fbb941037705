import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// What happens when something that a step needs is not there.
@Suite(.timeLimit(.minutes(10)))
struct FailClosedTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    private func error(_ bench: StepBench, _ change: (inout StepInvocation) -> Void = { _ in }) async throws
        -> ExecutionError
    {
        var invocation = bench.invocation(["sh", "-c", "touch ran"])
        change(&invocation)
        do {
            let outcome = try await bench.run(invocation)
            throw TestFailure(message: "the step ran: \(outcome)")
        } catch let error as ExecutionError {
            #expect(access("\(invocation.attemptFolder)/work/ran", F_OK) != 0)
            return error
        }
    }

    @Test func `without bubblewrap nothing runs and the message says how to get it`() async throws {
        let host = SandboxHost.current(bubblewrap: "/usr/bin/no-bwrap")
        let error = try await error(StepBench(host: host))
        #expect(error.code == .sandboxUnavailable)
        #expect(error.message.contains("apt-get install bubblewrap"))
    }

    @Test func `when bubblewrap cannot make the sandbox its own words are passed on`() async throws {
        let error = try await error(bench) {
            $0.inputs = [StepInputFile(.host("/usr/bin/true"), path: "/usr/cannot/be/here")]
        }
        #expect(error.code == .sandboxUnavailable)
        #expect(error.message.contains("bwrap: Can't"))
        #expect(error.message.contains("lockstep doctor"))
    }

    @Test func `without the supervisor nothing runs`() async throws {
        let error = try await error(StepBench(supervisor: "/usr/bin/no-supervisor"))
        #expect(error.code == .sandboxUnavailable)
        #expect(error.message.contains("/usr/bin/no-supervisor"))
    }

    @Test(arguments: ["pdftotexx", "/usr/bin/pdftotexx", "/tool/missing", "./missing"])
    func `a program that is not there is named with the remedy`(_ program: String) async throws {
        let outcome = try await bench.run(bench.invocation([program, "x"]))
        #expect(outcome.failure?.code == .stepFailed)
        #expect(
            outcome.failure?.message
                == "program `\(program)` is not installed in the sandbox's PATH; install its Debian package or correct "
                + "`command` in the tool file."
        )
    }

    @Test func `a program that is not executable is told from a missing one`() async throws {
        mkdir(bench.folder + "/tool", 0o755)
        _ = try bench.write("#!/bin/sh\n", to: "tool/run.sh", mode: 0o644)
        var invocation = bench.invocation(["/tool/run.sh"])
        invocation.toolFolder = bench.folder + "/tool"
        #expect(try await bench.run(invocation).failure?.message.contains("chmod +x") == true)
    }

    @Test func `a missing interpreter is found at the start`() async throws {
        mkdir(bench.folder + "/tool", 0o755)
        _ = try bench.write("#!/usr/bin/no-python\n", to: "tool/run.py", mode: 0o755)
        var invocation = bench.invocation(["/tool/run.py"])
        invocation.toolFolder = bench.folder + "/tool"
        let outcome = try await bench.run(invocation)
        #expect(outcome.failure?.message.contains("interpreter") == true)
        #expect(outcome.ending.exitCode == 127)
        // Bubblewrap ends with 1, which may be a success of the tool's.
        invocation = bench.invocation(["/tool/run.py"])
        invocation.toolFolder = bench.folder + "/tool"
        invocation.successExitCodes = [0, 1]
        #expect(try await bench.run(invocation).failure?.message.contains("interpreter") == true)
    }

    @Test func `an interpreter that may not be run is found at the start`() async throws {
        mkdir(bench.folder + "/tool", 0o755)
        _ = try bench.write("#!/etc/passwd\n", to: "tool/run", mode: 0o755)
        var invocation = bench.invocation(["/tool/run"])
        invocation.toolFolder = bench.folder + "/tool"
        let outcome = try await bench.run(invocation)
        #expect(outcome.failure?.message.contains("is not executable") == true)
        #expect(outcome.ending == AttemptEnding(reason: .exited, exitCode: 126))
    }

    @Test func `a tool's own exit code 127 is its own`() async throws {
        let outcome = try await bench.shell("exit 127")
        #expect(outcome.failure?.message == "exited with code 127 and wrote nothing to standard error.")
    }

    @Test func `a tool's own exit code 1 is its own, whatever it says`() async throws {
        let outcome = try await bench.shell("echo 'bwrap: execvp x: No such file or directory' >&2; exit 1")
        #expect(outcome.ending.exitCode == 1)
        #expect(outcome.failure?.message.contains("(exit code 1)") == true)
    }

    @Test func `the probe finds this machine usable, or says what to do`() async throws {
        let checks = await SandboxProbe(supervisor: BuiltPrograms.supervisor, folder: bench.folder).probe()
        #expect(checks.map(\.isOK) == [true, true, true, true], "\(checks)")
        let host = SandboxHost.current(bubblewrap: "/usr/bin/no-bwrap")
        let failed = await SandboxProbe(supervisor: BuiltPrograms.supervisor, folder: bench.folder, host: host).probe()
        #expect(failed.map(\.isOK) == [false, true, false, false])
        #expect(failed.allSatisfy { $0.isOK == ($0.remedy == nil) })
        #expect(failed.first?.remedy == "apt-get install bubblewrap")
    }
}
