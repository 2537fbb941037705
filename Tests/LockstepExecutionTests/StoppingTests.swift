import Glibc
import LockstepModel
import Testing

@testable import LockstepExecution

/// Tests of what must not wait for the grace use one that is longer than the time limit: waiting for it is the failure.
@Suite(.timeLimit(.minutes(10)))
struct StoppingTests {
    private let bench: StepBench
    private let patient: StepBench
    private let clock = ContinuousClock()

    init() throws {
        bench = try StepBench(graceMilliseconds: 1500)
        patient = try StepBench(graceMilliseconds: 600_000)
    }

    private func stopping(
        _ script: String,
        on bench: StepBench,
        by stop: (StopSignal) -> Void
    ) async throws -> (outcome: StepOutcome, invocation: StepInvocation, duration: Duration) {
        let invocation = bench.invocation(["sh", "-c", script])
        let signal = StopSignal()
        async let outcome = bench.run(invocation, stop: signal)
        try await TestWait.file("ready", of: invocation)
        let start = clock.now
        stop(signal)
        return (try await outcome, invocation, clock.now - start)
    }

    @Test func `a tool that obeys TERM ends in its own way and at once`() async throws {
        let script = "trap 'echo saved > saved; exit 0' TERM; touch ready; while :; do sleep 0.05; done"
        let (outcome, invocation, _) = try await stopping(script, on: patient) { $0.stop() }
        #expect(outcome.ending.reason == .cancelled)
        #expect(outcome.failure?.code == .cancelled)
        #expect(access("\(invocation.attemptFolder)/work/saved", F_OK) == 0)
    }

    @Test func `a tool that ignores TERM is killed after its grace`() async throws {
        let script = "trap '' TERM; touch ready; while :; do sleep 0.05; done"
        let (outcome, _, duration) = try await stopping(script, on: bench) { $0.stop() }
        #expect(outcome.ending == AttemptEnding(reason: .cancelled, signal: SIGKILL))
        #expect(duration >= .seconds(1.4))
    }

    @Test func `stopping at once does not wait for a grace`() async throws {
        let script = "trap '' TERM; touch ready; while :; do sleep 0.05; done"
        let (outcome, _, _) = try await stopping(script, on: patient) { $0.stopNow() }
        #expect(outcome.ending.reason == .cancelled)
    }

    @Test func `a second wish makes a graceful stop immediate`() async throws {
        let script = "trap '' TERM; touch ready; while :; do sleep 0.05; done"
        let (outcome, _, _) = try await stopping(script, on: patient) {
            $0.stop()
            $0.stopNow()
        }
        #expect(outcome.ending.reason == .cancelled)
    }

    @Test func `a step that was stopped before it began does not run`() async throws {
        let stop = StopSignal()
        stop.stop()
        let invocation = bench.invocation(["touch", "ran"])
        let outcome = try await bench.run(invocation, stop: stop)
        #expect(outcome.ending.reason == .cancelled)
        #expect(access("\(invocation.attemptFolder)/work/ran", F_OK) != 0)
        stop.stopNow()
    }

    @Test(arguments: 0..<8) func `a stop in the first moments is never lost`(_ round: Int) async throws {
        let stop = StopSignal()
        async let outcome = bench.run(bench.invocation(["sleep", "3000"]), stop: stop)
        try await Task.sleep(for: .milliseconds(round * 3))
        stop.stop()
        #expect(try await outcome.ending.reason == .cancelled)
    }

    @Test func `cancelling the task changes nothing for the step`() async throws {
        let invocation = bench.invocation(["sh", "-c", "sleep 0.3; touch done"])
        let task = Task { try await bench.run(invocation) }
        try await TestWait.value { access(invocation.attemptFolder + "/lock", F_OK) == 0 ? () : nil }
        task.cancel()
        #expect(try await task.value.succeeded)
        #expect(access("\(invocation.attemptFolder)/work/done", F_OK) == 0)
    }

    @Test func `the wall limit ends a step and the message says how to get more`() async throws {
        var invocation = bench.invocation(["sleep", "3000"])
        invocation.limits.wall = DurationText(milliseconds: 300)
        let outcome = try await bench.run(invocation)
        #expect(outcome.ending.reason == .timedOut)
        #expect(outcome.failure?.code == .timedOut)
        #expect(
            outcome.failure?.message.contains("within 300ms, its wall limit; give it more with resources.wall") == true
        )
    }

    @Test func `what a tool leaves in the background is dead after the step`() async throws {
        let invocation = bench.invocation([
            "sh", "-c",
            "setsid sh -c 'trap \"\" TERM HUP; touch started; sleep 1; touch /step/survived' & while ! [ -e started ]; do :; done",
        ])
        let outcome = try await bench.run(invocation)
        #expect(outcome.succeeded)
        try await Task.sleep(for: .milliseconds(1300))
        #expect(access("\(invocation.attemptFolder)/work/survived", F_OK) != 0)
    }

    @Test func `a killed supervisor takes everything below it along`() async throws {
        let invocation = bench.invocation(["sh", "-c", "sleep 40 & touch ready; wait"])
        async let outcome = bench.run(invocation)
        try await TestWait.file("ready", of: invocation)
        let sandbox = try await TestWait.sandboxProcess(of: invocation)
        #expect(TestWait.isAlive(sandbox))
        kill(try await TestWait.supervisor(of: invocation), SIGKILL)
        let failure = try #require(try await outcome.failure)
        #expect(failure.message.contains("its supervisor was killed"))
        #expect(!TestWait.isAlive(sandbox))
    }

    @Test func `a supervisor killed while the sandbox is made leaves nothing behind`() async throws {
        for milliseconds in 0..<24 {
            let invocation = bench.invocation(["sh", "-c", "sleep 3000"])
            async let outcome = bench.run(invocation)
            let supervisor = try await TestWait.supervisor(of: invocation)
            try await Task.sleep(for: .milliseconds(milliseconds))
            kill(supervisor, SIGKILL)
            #expect(try await !outcome.succeeded)
            #expect(try TestWait.processes(inGroup: supervisor) == [])
        }
    }
}
