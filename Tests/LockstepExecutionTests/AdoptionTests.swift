import Foundation
import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// An attempt that another runner started.
@Suite(.timeLimit(.minutes(10)))
struct AdoptionTests {
    private let bench: StepBench

    init() throws {
        bench = try StepBench(graceMilliseconds: 600_000)
    }

    private func adopt(_ invocation: StepInvocation, stop: StopSignal = StopSignal()) async throws -> AdoptedAttempt {
        try await bench.executor.adopt(invocation, stop: stop) { _ in }
    }

    @Test func `a step that runs is awaited, and its outputs are collected`() async throws {
        let invocation = bench.invocation(
            ["sh", "-c", "touch ready; while [ ! -e /step/go ]; do sleep 0.02; done; echo done"],
            outputs: [.stdout]
        )
        async let first = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        async let second = adopt(invocation)
        try await Task.sleep(for: .milliseconds(200))
        close(open("\(invocation.attemptFolder)/work/go", O_CREAT | O_WRONLY, 0o666))
        let adopted = try await second
        #expect(adopted.wasAlive && adopted.outcome.succeeded)
        #expect(adopted.outcome.outputs["out"] == .value("done\n") || adopted.outcome.outputs["out"] == .value("done"))
        #expect(try await first.succeeded)
    }

    @Test func `a step that runs obeys the runner that adopted it`() async throws {
        let invocation = bench.invocation(["sh", "-c", "touch ready; while :; do sleep 0.05; done"])
        async let first = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        let stop = StopSignal()
        stop.stop()
        #expect(try await adopt(invocation, stop: stop).outcome.ending.reason == .cancelled)
        #expect(try await first.ending.reason == .cancelled)
    }

    @Test func `the result of a step that has ended is taken`() async throws {
        let invocation = bench.invocation(["sh", "-c", "echo words; exit 3"])
        _ = try await bench.run(invocation)
        let adopted = try await adopt(invocation)
        #expect(!adopted.wasAlive && !adopted.outcome.isLost)
        #expect(adopted.outcome.ending.exitCode == 3)
    }

    @Test func `a supervisor that comes late finds nothing to do`() async throws {
        let invocation = bench.invocation(["touch", "ran"])
        _ = try AttemptFolder.make(for: invocation, host: .current())
        #expect(try await adopt(invocation).outcome.isLost)
        let events = AttemptEvents()
        _ = try await SupervisorProcess.start(
            program: BuiltPrograms.supervisor,
            folder: invocation.attemptFolder,
            environment: [:],
            ended: { events.post(.ended) }
        )
        _ = await events.next()
        #expect(access("\(invocation.attemptFolder)/work/ran", F_OK) != 0)
    }

    @Test func `an attempt without a folder is lost`() async throws {
        #expect(try await adopt(bench.invocation(["true"])).outcome.isLost)
    }

    @Test func `the next attempt of a step ends one that still lives`() async throws {
        let invocation = bench.invocation(["sh", "-c", "touch ready; while :; do sleep 0.05; done"])
        async let first = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        var next = bench.invocation(["true"])
        next.earlierAttempts = [invocation.attemptFolder]
        #expect(try await bench.run(next).succeeded)
        #expect(try await first.ending.reason == .cancelled)
    }

    /// Ways to spoil a file of an attempt; `%` stands for its path.
    private static let spoils = [
        "rm -f %; mkfifo %", "rm -f %; ln -s /etc/passwd %", "rm -f %; mkdir %", "echo garbage > %", ": > %",
        "head -c 20 /dev/zero > %", "head -c 3000000 /dev/zero > %", "mv % %.real; ln -s %.real %",
        "sed -i 's/att_[0-9]*/att_other/' %", "sed -i 's/.....$//' %", "echo '[]' > %", "echo '{\"pid\": 1}' > %",
    ]

    @Test(arguments: spoils) func `a record that is not what the supervisor wrote is no result`(spoil: String)
        async throws
    {
        let invocation = bench.invocation(["true"])
        #expect(try await bench.run(invocation).succeeded)
        try shell(spoil, "\(invocation.attemptFolder)/exit.json")
        #expect(try await adopt(invocation).outcome.isLost, "\(spoil)")
    }

    @Test(arguments: spoils) func `a lock or an order that was spoiled hangs nobody`(spoil: String) async throws {
        for name in ["lock", "launch.json"] {
            let invocation = bench.invocation(["true"])
            _ = try await bench.run(invocation)
            try shell("rm -f %", "\(invocation.attemptFolder)/exit.json")
            try shell(spoil, "\(invocation.attemptFolder)/\(name)")
            let stop = StopSignal()
            stop.stopNow()
            #expect(try await adopt(invocation, stop: stop).outcome.isLost, "\(name): \(spoil)")
        }
    }

    @Test func `a record from before a power cut counts only when all was made durable`() async throws {
        for (isSynced, isLost) in [(false, true), (true, false)] {
            let invocation = bench.invocation(["true"])
            _ = try await bench.run(invocation)
            let path = "\(invocation.attemptFolder)/exit.json"
            var record = try #require(try JSONValue(parsing: SmallFile.read(path) ?? []).objectValue)
            record["boot_id"] = "another"
            record["synced"] = .bool(isSynced)
            try Data(JSONWriter.bytes(.object(record))).write(to: URL(fileURLWithPath: path))
            #expect(try await adopt(invocation).outcome.isLost == isLost)
        }
    }

    @Test func `no process is signalled on the word of a file`() async throws {
        let stranger = Process()
        stranger.executableURL = URL(fileURLWithPath: "/bin/sleep")
        stranger.arguments = ["3000"]
        try stranger.run()
        // Not TERM, which Foundation starts children with blocked.
        defer { kill(stranger.processIdentifier, SIGKILL) }
        let invocation = bench.invocation(["true"])
        _ = try AttemptFolder.make(for: invocation, host: .current())
        let start = try #require(ProcessFacts(stranger.processIdentifier)?.startTime)
        let space = SymbolicLink.target(of: "/proc/self/ns/pid")?.filter(\.isNumber) ?? "0"
        let text = """
            {"pid":\(stranger.processIdentifier),"start_time":\(start),"boot_id":"\(BootID.current ?? "")",\
            "sandbox_pid":\(stranger.processIdentifier),"pid_namespace":\(space)}
            """
        let path = "\(invocation.attemptFolder)/lock"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let stop = StopSignal()
        stop.stopNow()
        // Once while somebody else holds the lock, once while nobody does.
        let file = open(path, O_RDWR | O_CLOEXEC)
        #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
        #expect(try await adopt(invocation, stop: stop).outcome.isLost)
        close(file)
        #expect(try await adopt(invocation, stop: stop).outcome.isLost)
        #expect(TestWait.isAlive(stranger.processIdentifier))
    }

    @Test func `the supervisor of another attempt is not signalled`() async throws {
        let other = bench.invocation(["sh", "-c", "touch ready; while [ ! -e /step/go ]; do sleep 0.02; done"])
        async let outcome = bench.run(other)
        try await TestWait.file("ready", of: other)
        let invocation = bench.invocation(["true"])
        _ = try AttemptFolder.make(for: invocation, host: .current())
        try shell("cp \(other.attemptFolder)/lock %", "\(invocation.attemptFolder)/lock")
        let file = open("\(invocation.attemptFolder)/lock", O_RDWR | O_CLOEXEC)
        #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
        let stop = StopSignal()
        stop.stopNow()
        #expect(try await adopt(invocation, stop: stop).outcome.isLost)
        close(file)
        close(open("\(other.attemptFolder)/work/go", O_CREAT | O_WRONLY, 0o666))
        #expect(try await outcome.succeeded)
    }

    @Test func `a namespace whose number another sandbox has got is left alone`() async throws {
        let other = bench.invocation(["sh", "-c", "touch ready; while [ ! -e /step/go ]; do sleep 0.02; done"])
        async let outcome = bench.run(other)
        try await TestWait.file("ready", of: other)
        // As a dead attempt would have left it: its own first process is gone, its namespace's number is in use again.
        let gone = bench.invocation(["true"])
        _ = try await bench.run(gone)
        let path = "\(gone.attemptFolder)/lock"
        var lock = try #require(try JSONValue(parsing: SmallFile.read(path) ?? []).objectValue)
        let living = try JSONValue(parsing: SmallFile.read("\(other.attemptFolder)/lock") ?? [])
        lock["pid_namespace"] = living["pid_namespace"]
        lock["start_time"] = 1
        try Data(JSONWriter.bytes(.object(lock))).write(to: URL(fileURLWithPath: path))
        await SandboxRemains(layout: AttemptLayout(folder: gone.attemptFolder)).end()
        close(open("\(other.attemptFolder)/work/go", O_CREAT | O_WRONLY, 0o666))
        #expect(try await outcome.succeeded)
    }

    /// Runs a shell command in which `%` stands for a path.
    private func shell(_ command: String, _ path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command.replacing("%", with: path)]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(command)")
    }
}
