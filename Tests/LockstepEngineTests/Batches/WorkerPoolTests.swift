import LockstepModel
import Synchronization
import Testing

@testable import LockstepEngine

@Suite(.timeLimit(.minutes(2)))
struct WorkerPoolTests {
    /// A lane that gives out some work, and fails when it is told to.
    private final class Lane: WorkLane {
        let id: String
        let tenant = "t"
        let limit = 2
        private let state: Mutex<(left: Int, failures: Int, done: Int, looks: Int)>
        private let failsAtLook: Bool

        init(_ id: String, work: Int, failures: Int = 0, failsAtLook: Bool = false) {
            self.id = id
            self.failsAtLook = failsAtLook
            state = Mutex((work, failures, 0, 0))
        }

        var done: Int { state.withLock { $0.done } }
        var isOver: Bool { state.withLock { $0.left == 0 } }

        private func fails(now: Bool) -> Bool {
            state.withLock { state in
                guard now, state.failures > 0 else { return false }
                state.failures -= 1
                return true
            }
        }

        func next() async throws(JobError) -> Work? {
            if fails(now: !failsAtLook) { throw JobError(.storageFull, "full") }
            let mayGo = state.withLock { state in
                guard state.left > 0 else { return false }
                state.left -= 1
                return true
            }
            guard mayGo else { return nil }
            return Work { [self] _ in
                state.withLock { $0.done += 1 }
                return .success(())
            }
        }

        func look() async throws(JobError) {
            if fails(now: failsAtLook) { throw JobError(.storageFull, "full") }
        }
    }

    private func run(_ lanes: [Lane], findFailures: Int = 0) async -> [String] {
        let failed = Mutex<[String]>([])
        let left = Mutex(findFailures)
        let pool = WorkerPool(slots: 2, pause: .milliseconds(5), rest: .milliseconds(20))
        await pool.run(
            lanes: { () throws(JobError) in
                let mustFail = left.withLock { left in
                    defer { left -= 1 }
                    return left > 0
                }
                if mustFail { throw JobError(.storageError, "locked") }
                return lanes.allSatisfy(\.isOver) ? nil : lanes
            },
            onFailure: { lane, _ in failed.withLock { $0.append(lane) } }
        )
        return failed.withLock { $0 }
    }

    @Test func `A lane that could not go on is tried again, and the others go on meanwhile`() async {
        let (sick, sound) = (Lane("sick", work: 3, failures: 2), Lane("sound", work: 5))
        #expect(await run([sick, sound]) == ["sick", "sick"])
        #expect(sick.done == 3 && sound.done == 5)
    }

    @Test func `What goes wrong while lanes are looked at ends nothing`() async {
        let lane = Lane("lane", work: 400, failures: 1, failsAtLook: true)
        _ = await run([lane], findFailures: 3)
        #expect(lane.done == 400)
    }

    @Test func `It ends when there are no lanes`() async {
        #expect(await run([]) == [])
    }

    /// One slot, and work of which each piece ends only when the next one has begun.
    private actor Relay: WorkLane {
        nonisolated let id = "relay"
        nonisolated let tenant = "t"
        nonisolated let limit = 1
        private var begun = 0
        private(set) var ended = 0

        func next() async throws(JobError) -> Work? {
            guard begun < 5 else { return nil }
            begun += 1
            let number = begun
            return Work { [self] giveBack in
                giveBack()
                giveBack()
                while await !isFollowed(number) { await Task.yield() }
                return .success(())
            }
        }

        func look() async throws(JobError) {}

        private func isFollowed(_ number: Int) -> Bool {
            guard number == 5 || begun > number else { return false }
            ended += 1
            return true
        }
    }

    @Test func `What gives its slot back early makes room for the next, once, and is waited for`() async {
        let lane = Relay()
        await WorkerPool(slots: 1, pause: .milliseconds(5)).run(
            lanes: { () throws(JobError) in await lane.ended == 5 ? nil : [lane] },
            onFailure: { _, _ in }
        )
        #expect(await lane.ended == 5)
    }
}
