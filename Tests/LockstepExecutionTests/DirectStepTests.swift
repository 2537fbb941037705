import Foundation
import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// Steps without a sandbox, which only the operator can ask for: what still holds then.
@Suite(.timeLimit(.minutes(10)))
struct DirectStepTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    private func invocation(_ script: String, outputs: [Output] = [.stdout]) -> StepInvocation {
        var invocation = bench.invocation(["bash", "-c", script], outputs: outputs)
        invocation.sandboxLevel = .off
        return invocation
    }

    private func output(_ script: String, change: (inout StepInvocation) -> Void = { _ in }) async throws -> String {
        var invocation = invocation(script)
        change(&invocation)
        let outcome = try await bench.run(invocation)
        if let failure = outcome.failure { throw TestFailure(message: failure.message) }
        guard case .value(.string(let text))? = outcome.outputs["out"] else { throw TestFailure(message: "no output") }
        return text
    }

    @Test func `the tool runs in its work folder with exactly its environment`() async throws {
        var invocation = invocation("pwd; env | cut -d= -f1 | sort | tr '\\n' ' '")
        invocation.environment = ["COLOUR": "blue", "LD_LIBRARY_PATH": "/tool/lib"]
        let outcome = try await bench.run(invocation)
        #expect(
            outcome.outputs["out"]
                == .value(
                    .string(
                        "\(invocation.attemptFolder)/work\nCOLOUR HOME LANG LD_LIBRARY_PATH LOCKSTEP_ATTEMPT LOCKSTEP_ATTEMPT_ID "
                            + "LOCKSTEP_CHECKPOINT LOCKSTEP_EVENTS LOCKSTEP_JOB_ID LOCKSTEP_STEP_ID PATH PWD SHLVL TMPDIR _ "
                    )
                )
        )
    }

    @Test func `the level and what is not enforced are in the outcome`() async throws {
        let outcome = try await bench.run(invocation("true"))
        #expect(outcome.sandboxLevel == .off)
        #expect(outcome.enforcement.missing.prefix(3) == ["files", "network", "process_list"])
        #expect(outcome.enforcement.enforced["memory"] == "polling")
        #expect(try await bench.shell("true").enforcement.missing.isEmpty)
    }

    @Test func `paths of inputs, tool, events and checkpoint lead to the real files`() async throws {
        mkdir(bench.folder + "/tool", 0o755)
        _ = try bench.write("#!/bin/sh\necho from the tool; cat \"$@\"\n", to: "tool/run.sh", mode: 0o755)
        let host = try bench.write("on the host", to: "a file.txt", mode: 0o444)
        var invocation = bench.invocation(["/tool/run.sh", "/in/text/a b.txt", "/in/value/v.json"], outputs: [.stdout])
        invocation.sandboxLevel = .off
        invocation.toolFolder = bench.folder + "/tool"
        invocation.inputs = [
            StepInputFile(.host(host), path: "/in/text/a b.txt"),
            StepInputFile(.bytes(Array("{}".utf8)), path: "/in/value/v.json"),
        ]
        #expect(try await bench.run(invocation).outputs["out"] == .value("from the tool\non the host{}"))
        let written = try await output(
            "echo '{\"progress\": 50}' >> $LOCKSTEP_EVENTS && touch $LOCKSTEP_CHECKPOINT/x $TMPDIR/y && echo done"
        )
        #expect(written == "done")
    }

    @Test func `a tool that changes its input changes a copy`() async throws {
        let host = try bench.write("as it was", to: "kept.txt", mode: 0o666)
        let text = try await output("chmod u+w /in/text/x.txt && echo changed > /in/text/x.txt && cat /in/text/x.txt") {
            $0.inputs = [StepInputFile(.host(host), path: "/in/text/x.txt")]
        }
        #expect(text == "changed")
        #expect(SmallFile.read(host) == Array("as it was".utf8))
    }

    @Test func `outputs are collected from the work folder`() async throws {
        let outcome = try await bench.run(invocation("echo made > made.txt", outputs: [.file("made.txt")]))
        guard case .file(let file)? = outcome.outputs["file"] else { throw TestFailure(message: "\(outcome)") }
        #expect(file.size == 5)
    }

    @Test func `limits on files, descriptors and core dumps are in force`() async throws {
        let text = try await output("ulimit -n; ulimit -c; ulimit -f; ulimit -Hn") {
            $0.limits.openFiles = 99
            $0.limits.fileSize = .mebibytes(3)
        }
        #expect(text == "99\n0\n3072\n99")
    }

    @Test func `too many processes end the step`() async throws {
        var bomb = invocation("for i in $(seq 60); do sleep 600 & done; wait")
        bomb.limits.processes = 20
        let outcome = try await bench.run(bomb)
        #expect(outcome.ending.reason == .tooManyProcesses, "\(outcome)")
        #expect(outcome.failure?.message.hasPrefix("had more than 20 processes and threads after ") == true)
        #expect(outcome.failure?.message.contains("resources.processes") == true)
    }

    @Test func `memory and time are limited, whoever of the step takes them`() async throws {
        var eater = invocation(
            "(setsid python3 -c 'x = bytearray(200 << 20); import time; time.sleep(600)' &) ; sleep 600"
        )
        eater.limits.memory = .mebibytes(100)
        #expect(try await bench.run(eater).ending.reason == .outOfMemory)
        var sleeper = invocation("sleep 600")
        sleeper.limits.wall = DurationText(milliseconds: 300)
        #expect(try await bench.run(sleeper).ending.reason == .timedOut)
    }

    @Test func `nothing of the step lives when it has ended, not even what left its session`() async throws {
        let text = try await output(
            "setsid --fork sh -c 'echo $$ > stray; exec sleep 3600' <&- >&- 2>&-; until [ -s stray ]; do sleep 0.02; done; cat stray"
        )
        let process = try #require(pid_t(text))
        #expect(!TestWait.isAlive(process))
    }

    @Test func `the tool is asked to end before it is made to`() async throws {
        let invocation = invocation("trap 'touch asked; exit 0' TERM; touch ready; while :; do sleep 0.05; done")
        let stop = StopSignal()
        async let outcome = bench.run(invocation, stop: stop)
        try await TestWait.file("ready", of: invocation)
        stop.stop()
        #expect(try await outcome.ending.reason == .cancelled)
        #expect(access("\(invocation.attemptFolder)/work/asked", F_OK) == 0)
    }

    @Test func `how it ended is told as it is in the sandbox`() async throws {
        #expect(try await bench.run(invocation("exit 7")).ending == AttemptEnding(reason: .exited, exitCode: 7))
        #expect(try await bench.run(invocation("kill -9 $$")).ending == AttemptEnding(reason: .exited, signal: 9))
        var missing = bench.invocation(["pdftotexx"])
        missing.sandboxLevel = .off
        #expect(try await bench.run(missing).failure?.message.contains("`pdftotexx` is not installed") == true)
        mkdir(bench.folder + "/tool", 0o755)
        _ = try bench.write("#!/usr/bin/no-python\n", to: "tool/run.py", mode: 0o755)
        var broken = bench.invocation(["/tool/run.py"])
        broken.sandboxLevel = .off
        broken.toolFolder = bench.folder + "/tool"
        #expect(try await bench.run(broken).failure?.message.contains("interpreter") == true)
    }

    @Test func `what a killed supervisor leaves behind is found by the attempt's id and killed`() async throws {
        var invocation = invocation(
            "setsid --fork sh -c 'echo $$ > stray; exec sleep 3600'; until [ -s stray ]; do sleep 0.02; done; touch ready; sleep 3600"
        )
        invocation.attemptID = AttemptID("att_\(UInt64.random(in: 0...UInt64.max))")
        let layout = AttemptLayout(folder: invocation.attemptFolder)
        async let running = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        let text = String(decoding: SmallFile.read("\(layout.work)/stray") ?? [], as: UTF8.self)
        let stray = try #require(pid_t(text.split(separator: "\n").first ?? ""))
        kill(try await TestWait.supervisor(of: invocation), SIGKILL)
        #expect(try await running.isLost)
        #expect(!TestWait.isAlive(stray))
    }

    @Test func `the filter and the change of user hold where only bubblewrap is missing`() async throws {
        let shape = SandboxShape(level: .bestEffort, usesBubblewrap: false, leftOut: Set(SandboxShape.Part.allCases))
        let invocation = bench.invocation(
            [
                "sh", "-c",
                "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status; id -u; pwd; touch x && echo own; unshare -U true || echo refused",
            ]
        )
        let (attempt, environment) = try AttemptFolder.make(for: invocation, host: .current(), shape: shape)
        let events = AttemptEvents()
        let process = try await SupervisorProcess.start(
            program: BuiltPrograms.supervisor,
            folder: invocation.attemptFolder,
            environment: environment,
            ended: { events.post(.ended) }
        )
        while await events.next() != .ended {}
        withExtendedLifetime(process) {}
        let text = String(decoding: SmallFile.read(attempt.layout.log(.stdout)) ?? [], as: UTF8.self)
        let lines = text.split(separator: "\n")
        let drop = SandboxHost.current().drop
        #expect(lines.prefix(2) == ["NoNewPrivs:\t1", "Seccomp:\t2"], "\(text)")
        #expect(lines.dropFirst(2).first == "\(drop?.uid ?? geteuid())")
        #expect(lines.suffix(2) == ["own", "refused"])
        #expect(ExitReport(layout: attempt.layout)?.sandboxLevel == .bestEffort)
    }
}
