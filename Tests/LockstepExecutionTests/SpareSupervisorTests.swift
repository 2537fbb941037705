import Foundation
import Glibc
import LockstepJSON
import LockstepModel
import Testing

@testable import LockstepExecution

/// Supervisors that wait for an attempt.
@Suite(.timeLimit(.minutes(10)))
struct SpareSupervisorTests {
    private let bench: StepBench

    init() throws { bench = try StepBench() }

    /// A spare one with a room that no other test uses; it is found by that.
    private func spare(room: Int) async throws -> (SpareSupervisor, pid_t) {
        let made = await ProcessStarts.perform { SpareSupervisor.start(program: BuiltPrograms.supervisor, room: room) }
        let spare = try #require(made)
        return (spare, try await TestWait.value { Self.waiting(room: room) })
    }

    private static func waiting(room: Int) -> pid_t? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.lazy.compactMap { pid_t($0) }.first { process in
            ProcessFacts.lastArgument(of: process) == String(repeating: "-", count: room)
                && ProcessFacts(process)?.name == "lockstep-superv"
        }
    }

    @Test func `it is told of an attempt, runs it, and is known by the attempt's folder`() async throws {
        let (spare, number) = try await spare(room: 301)
        var invocation = bench.invocation(["sh", "-c", "env -0; sleep 3000"])
        invocation.environment = ["LINES": "one\n\ntwo=three\n", "EMPTY": ""]
        let (attempt, environment) = try AttemptFolder.make(for: invocation, host: .current())
        let folder = attempt.layout.folder
        let events = AttemptEvents()
        let process = await ProcessStarts.perform {
            spare.take(folder: folder, environment: environment) { events.post(.ended) }
        }
        #expect(process != nil)
        _ = try await TestWait.sandboxProcess(of: invocation)
        #expect(try await TestWait.supervisor(of: invocation) == number)
        #expect(SupervisorProcess.named(by: attempt.layout) != nil)
        let said = try await TestWait.value { () -> Set<[UInt8]>? in
            let words = SmallFile.read(attempt.layout.log(.stdout))?.split(separator: 0).map(Array.init) ?? []
            return words.isEmpty ? nil : Set(words)
        }
        #expect(
            said.subtracting([Array("PWD=/step".utf8)]) == Set(environment.map { Array("\($0.key)=\($0.value)".utf8) })
        )
        process?.send(SIGTERM)
        while await events.next() != .ended {}
        #expect(ExitReport(layout: attempt.layout)?.ending.reason == .cancelled)
    }

    @Test func `it ends when nobody wants it any more`() async throws {
        var (spare, number): (SpareSupervisor?, pid_t) = try await spare(room: 302)
        withExtendedLifetime(spare) { #expect(TestWait.isAlive(number)) }
        spare = nil
        _ = try await TestWait.value { TestWait.isAlive(number) ? nil : () }
    }

    @Test func `one that has died, or whose room is too small, takes no attempt`() async throws {
        let (spare, number) = try await spare(room: 303)
        #expect(spare.take(folder: "/" + String(repeating: "x", count: 303), environment: [:], ended: {}) == nil)
        kill(number, SIGTERM)
        _ = try await TestWait.value { TestWait.isAlive(number) ? nil : () }
        _ = try await TestWait.value { spare.take(folder: "/x", environment: [:], ended: {}) == nil ? () : nil }
    }

    @Test func `of steps that follow each other all but the first get one that waited, and none is left`() async throws
    {
        var numbers: [pid_t] = []
        for isFollowed in [true, true, false] {
            var invocation = bench.invocation(["true"])
            invocation.isFollowed = isFollowed
            let outcome = try await bench.run(invocation)
            #expect(outcome.succeeded)
            let layout = AttemptLayout(folder: invocation.attemptFolder)
            let lock = try #require(SmallFile.read(layout.lock))
            let text = String(decoding: lock, as: UTF8.self)
            numbers.append(try #require(text.split(separator: /[:,]/).dropFirst().first.flatMap { pid_t($0) }))
            // Made on the same queue, so that it is there when this returns.
            await ProcessStarts.perform {}
            #expect(bench.executor.hasSpare == isFollowed)
        }
        #expect(Set(numbers).count == 3)
    }
}
