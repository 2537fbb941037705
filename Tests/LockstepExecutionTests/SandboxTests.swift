import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// What a tool sees and may do, found out by real programs in the real sandbox.
@Suite(.timeLimit(.minutes(10)))
struct SandboxTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    @Test func `the system's small files are what they are outside`() async throws {
        let names = SandboxHost.current().smallFiles.sorted()
        #expect(names.contains("nsswitch.conf"))
        for name in names {
            var facts = stat()
            #expect(stat("/etc/\(name)", &facts) == 0)
            #expect(try await bench.output("wc -c < /etc/\(name)") == "\(facts.st_size)", "\(name)")
        }
        let text = SmallFile.read("/etc/nsswitch.conf").map { String(decoding: $0, as: UTF8.self) }
        #expect(try await bench.output("cat /etc/nsswitch.conf; echo .").dropLast() == text ?? "")
    }

    @Test(.enabled(if: geteuid() == 0)) func `bubblewrap sees no mounts that it has no use for`() async throws {
        let invocation = bench.invocation(["sleep", "3000"])
        let stop = StopSignal()
        async let outcome = bench.run(invocation, stop: stop)
        _ = try await TestWait.sandboxProcess(of: invocation)
        let supervisor = try await TestWait.supervisor(of: invocation)
        let mounts = String(decoding: SmallFile.read("/proc/\(supervisor)/mountinfo") ?? [], as: UTF8.self)
        stop.stopNow()
        #expect(mounts.contains(" /tmp/0 ") && mounts.contains(" /proc "))
        #expect(!mounts.contains(" /sys"))
        #expect(try await outcome.ending.reason == .cancelled)
    }

    @Test func `the environment is exactly the standard one and the tool's own`() async throws {
        let text = try await bench.output("exec env") { invocation in
            invocation.environment = ["COLOUR": "blue = green", "LANG": "pl_PL.UTF-8", "LOCKSTEP_JOB_ID": "forged"]
            invocation.attemptNumber = 2
        }
        let expected = [
            "COLOUR=blue = green", "HOME=/step", "LANG=pl_PL.UTF-8", "LOCKSTEP_ATTEMPT=2", "LOCKSTEP_ATTEMPT_ID=att_1",
            "LOCKSTEP_CHECKPOINT=/checkpoint", "LOCKSTEP_EVENTS=/run/lockstep/events.jsonl", "LOCKSTEP_JOB_ID=job_1",
            "LOCKSTEP_STEP_ID=first", "PATH=/usr/local/bin:/usr/bin:/bin", "PWD=/step", "TMPDIR=/tmp",
        ]
        #expect(text.split(separator: "\n").sorted() == expected.map { $0[...] })
    }

    @Test func `variables of the loader reach the tool but not the supervisor`() async throws {
        let text = try await bench.output("echo $LD_LIBRARY_PATH $GLIBC_TUNABLES") {
            $0.environment = ["LD_LIBRARY_PATH": "/tool/lib", "GLIBC_TUNABLES": "glibc.malloc.check=0"]
        }
        #expect(text == "/tool/lib glibc.malloc.check=0")
        #expect(!StepEnvironment.changesLoader("LANG"))
    }

    @Test func `the first process of the sandbox tells nothing of the host`() async throws {
        let text = try await bench.output("tr '\\0' '\\n' < /proc/1/environ; tr '\\0' ' ' < /proc/1/cmdline")
        #expect(text.contains("HOME=/step"))
        #expect(!text.contains("USER="))
        #expect(!text.contains(bench.folder))
    }

    @Test func `only standard input, output and error are open`() async throws {
        let file = open("/dev/zero", O_RDONLY)
        defer { close(file) }
        // The fourth is the folder that `ls` itself reads.
        let outcome = try await bench.run(bench.invocation(["ls", "/proc/self/fd"], outputs: [.stdout]))
        #expect(outcome.outputs["out"] == .value(.string("0\n1\n2\n3")))
    }

    @Test func `the user is 1000 without capabilities or a way to more`() async throws {
        #expect(try await bench.output("id -u; id -g; id -un; echo ~") == "1000\n1000\nstep\n/step")
        let text = try await bench.output("grep -E '^(Cap|NoNewPrivs)' /proc/self/status")
        for line in text.split(separator: "\n") {
            #expect(line.hasSuffix(line.hasPrefix("Cap") ? "\t0000000000000000" : "\t1"), "\(line)")
        }
        let refused = try await bench.output("unshare -U true 2>&1 || echo refused")
        #expect(refused.hasSuffix("refused"))
    }

    @Test func `no other process can be seen`() async throws {
        let text = try await bench.output("ls /proc | grep -c '^[0-9]*$'")
        #expect(try #require(Int(text)) <= 5)
    }

    @Test func `there is no network`() async throws {
        #expect(try await bench.output("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '") == "lo")
        let outcome = try await bench.shell("exec 3<>/dev/tcp/127.0.0.1/22")
        #expect(!outcome.succeeded)
    }

    @Test func `only its own places can be written`() async throws {
        let places =
            "/ /etc /usr /usr/local/bin /dev /proc/sys/kernel /in /tool /run /run/lockstep /sys /var /root /home"
        let script = "for p in \(places); do (echo x > $p/written) 2>/dev/null && echo $p; done; true"
        #expect(try await bench.output(script) { $0.toolFolder = "/usr/share/doc" } == "")
        let own =
            "for p in /step /tmp /checkpoint /dev/shm; do echo x > $p/written && echo $p; done; echo x >> $LOCKSTEP_EVENTS"
        #expect(try await bench.output(own) == "/step\n/tmp\n/checkpoint\n/dev/shm")
        #expect(try await bench.output("echo core > /proc/sys/kernel/core_pattern 2>/dev/null || echo no") == "no")
    }

    @Test func `the working folder is the only one that is shared with the host and starts empty`() async throws {
        #expect(try await bench.output("pwd; ls -A; ls -A /tmp /checkpoint") == "/step\n/checkpoint:\n\n/tmp:")
    }

    @Test func `inputs are there to be read, and only that`() async throws {
        let path = try bench.write("on the host", to: "a file.txt", mode: 0o444)
        let text = try await bench.output(
            "cat '/in/text/a b.txt' /in/value/v.json; echo x > /in/value/v.json || echo read-only; rm -f /in/value/v.json || echo stays"
        ) {
            $0.inputs = [
                StepInputFile(.host(path), path: "/in/text/a b.txt"),
                StepInputFile(.bytes(Array("{}\n".utf8)), path: "/in/value/v.json"),
            ]
        }
        #expect(text == "on the host{}\nread-only\nstays")
    }

    @Test func `the tool's own folder is at tool and its programs run`() async throws {
        mkdir(bench.folder + "/tool", 0o755)
        _ = try bench.write("#!/bin/sh\necho from the tool\n", to: "tool/run.sh", mode: 0o755)
        var invocation = bench.invocation(["/tool/run.sh"], outputs: [.stdout])
        invocation.toolFolder = bench.folder + "/tool"
        #expect(try await bench.run(invocation).outputs["out"] == .value(.string("from the tool")))
    }

    @Test func `limits are in force inside`() async throws {
        let text = try await bench.output("ulimit -u; ulimit -n; ulimit -c; ulimit -f; ulimit -Hn") {
            $0.command = ["bash", "-c", $0.command[2]]
            $0.limits.processes = 77
            $0.limits.openFiles = 99
            $0.limits.fileSize = .mebibytes(3)
        }
        #expect(text == "77\n99\n0\n3072\n99")
    }

    @Test func `a fork bomb ends at the process limit`() async throws {
        var invocation = bench.invocation(["sh", "-c", "for i in $(seq 50); do sleep 30 & done; wait"])
        invocation.limits.processes = 20
        let outcome = try await bench.run(invocation)
        #expect(outcome.failure?.message.contains("fork") == true)
    }

    @Test func `a file over its limit ends the tool with a word on the limit`() async throws {
        var invocation = bench.invocation(["dd", "if=/dev/zero", "of=big", "bs=1M", "count=3"])
        invocation.limits.fileSize = .mebibytes(1)
        let outcome = try await bench.run(invocation)
        #expect(outcome.failure?.code == .resourceLimit)
        #expect(outcome.failure?.message.contains("larger than 1 MiB") == true)
    }

    @Test func `the private tmp has a size`() async throws {
        let text = try await bench.output("dd if=/dev/zero of=/tmp/x bs=1M count=3 2>&1 | grep -o 'No space left.*'") {
            $0.limits.workSize = .mebibytes(1)
        }
        #expect(text == "No space left on device")
    }

    @Test func `a path that the tool may read is there and one that is missing is named`() async throws {
        mkdir(bench.folder + "/models", 0o755)
        let path = try bench.write("model", to: "models/m", mode: 0o644)
        #expect(try await bench.output("cat \(path)") { $0.sandbox.read = [bench.folder + "/models"] } == "model")
        var invocation = bench.invocation(["true"])
        invocation.sandbox.read = ["/opt/no-such-models"]
        let outcome = try await bench.run(invocation)
        #expect(outcome.ending.reason == .notStarted)
        #expect(outcome.failure?.message.contains("/opt/no-such-models") == true)
    }

    @Test(.enabled(if: geteuid() == 0)) func `a project below a folder that only root may enter works`() async throws {
        let closed = "/var/tmp/lockstep-closed-\(getpid())"
        mkdir(closed, 0o700)
        defer { try? FolderRemoval.remove(closed) }
        let bench = try StepBench(parent: closed)
        mkdir(bench.folder + "/tool", 0o755)
        _ = try bench.write("#!/bin/sh\ncat /in/a/b\n", to: "tool/run.sh", mode: 0o755)
        let input = try bench.write("input", to: "input", mode: 0o444)
        var invocation = bench.invocation(["sh", "-c", "/tool/run.sh; echo done > result.txt"])
        invocation.outputs = [.stdout, .file("result.txt")]
        invocation.toolFolder = bench.folder + "/tool"
        invocation.inputs = [StepInputFile(.host(input), path: "/in/a/b")]
        let outcome = try await bench.run(invocation)
        #expect(outcome.failure == nil)
        #expect(outcome.outputs["out"] == .value(.string("input")))
    }

    @Test(.enabled(if: geteuid() == 0)) func `the processes of root's steps are not root's on the host`() async throws {
        let invocation = bench.invocation(["sleep", "3000"])
        let stop = StopSignal()
        async let outcome = bench.run(invocation, stop: stop)
        let process = try await TestWait.sandboxProcess(of: invocation)
        let status = String(decoding: SmallFile.read("/proc/\(process)/status") ?? [], as: UTF8.self)
        stop.stopNow()
        _ = try await outcome
        let host = SandboxHost.current()
        let uid = try #require(host.drop?.uid)
        #expect(status.contains("Uid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)\n"))
        #expect(status.contains("Groups:\t \n"))
    }
}
