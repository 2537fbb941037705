import Foundation
import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// The supervisor by itself, with no runner beside it.
@Suite(.timeLimit(.minutes(10)))
struct SupervisorTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    /// Starts the supervisor below a shell that goes away at once, as a runner does that is killed.
    private func startAlone(_ invocation: StepInvocation) throws -> AttemptLayout {
        let (attempt, environment) = try AttemptFolder.make(for: invocation, host: .current())
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\"$0\" \"$1\" & kill -9 $$", BuiltPrograms.supervisor, invocation.attemptFolder]
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return attempt.layout
    }

    private func report(_ layout: AttemptLayout) async throws -> ExitReport {
        try await TestWait.value { ExitReport(layout: layout) }
    }

    @Test func `a step goes on to its end and its record when the runner is gone`() async throws {
        let layout = try startAlone(bench.invocation(["sh", "-c", "sleep 0.5; echo fertig; exit 7"]))
        let report = try await report(layout)
        #expect(report.attemptID == AttemptID("att_1"))
        #expect(report.ending == AttemptEnding(reason: .exited, exitCode: 7))
        #expect(report.usage.wallSeconds >= 0.5)
        #expect(report.usage.stdoutBytes == 7)
        #expect(report.endedAt > report.startedAt)
        #expect(!report.bootID.isEmpty && !report.host.isEmpty)
        #expect(SmallFile.read(layout.log(.stdout)) == Array("fertig\n".utf8))
        #expect(access(layout.folder + "/exit.json.tmp", F_OK) != 0)
    }

    @Test func `the wall limit holds without a runner`() async throws {
        var invocation = bench.invocation(["sleep", "3000"])
        invocation.limits.wall = DurationText(milliseconds: 300)
        #expect(try await report(startAlone(invocation)).ending.reason == .timedOut)
    }

    @Test func `the lock is held while the supervisor lives and says who it is`() async throws {
        let invocation = bench.invocation(["sh", "-c", "touch ready; sleep 3000"])
        let layout = try startAlone(invocation)
        try await TestWait.file("ready", of: invocation)
        let file = open(layout.lock, O_RDWR | O_CLOEXEC)
        defer { close(file) }
        #expect(flock(file, LOCK_EX | LOCK_NB) != 0)
        let supervisor = try await TestWait.supervisor(of: invocation)
        #expect(TestWait.isAlive(supervisor))
        // A second supervisor of the same attempt gives up at once and disturbs nothing.
        let second = Process()
        second.executableURL = URL(fileURLWithPath: BuiltPrograms.supervisor)
        second.arguments = [invocation.attemptFolder]
        second.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { continuation in
            second.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try second.run() } catch { continuation.resume(throwing: error) }
        }
        #expect(status == 1)
        #expect(ExitReport(layout: layout) == nil)
        kill(supervisor, SIGINT)
        #expect(try await report(layout).ending.reason == .cancelled)
        _ = try await TestWait.value { flock(file, LOCK_EX | LOCK_NB) == 0 ? () : nil }
    }

    @Test func `no secret of the environment is written down`() async throws {
        var invocation = bench.invocation(["true"])
        invocation.environment = ["TOKEN": "do-not-write-this"]
        let layout = try startAlone(invocation)
        _ = try await report(layout)
        for name in ["launch.json", "lock", "exit.json", "stdout.log", "stderr.log"] {
            let text = String(decoding: SmallFile.read("\(layout.folder)/\(name)") ?? [], as: UTF8.self)
            #expect(!text.contains("do-not-write-this"), "\(name)")
        }
    }
}
