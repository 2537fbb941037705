import LockstepEngine
import LockstepModel
import LockstepStore
import Testing

/// Random operations on external jobs, each compared with a model of a few lines.
struct JobSequenceTests {
    /// What the model knows of a job.
    private struct Expected {
        var state = JobState.draft
        var progress = 0

        /// Does what the operation does when it may.
        mutating func apply(_ operation: Operation) -> Bool {
            let table: [Operation: (from: Set<JobState>, to: JobState)] = [
                .schedule: ([.draft, .scheduled], .scheduled),
                .start: ([.draft, .scheduled, .queued, .failed, .partial], .running),
                .pause: ([.running], .paused), .resume: ([.paused], .running), .complete: ([.running], .completed),
                .fail: ([.running, .paused], .failed), .partial: ([.running], .partial),
                .cancel: ([.draft, .scheduled, .queued, .running, .paused], .cancelled),
                .retry: ([.failed, .partial], .queued),
                .reset: ([.completed, .partial, .failed, .cancelled], .draft),
            ]
            if operation == .progress {
                if state == .running { progress = max(progress, 40) }
                return true
            }
            guard let (from, to) = table[operation], from.contains(state) else { return false }
            if operation == .start, state == .failed || state == .partial { progress = 0 }
            state = to
            if to == .completed || to == .partial { progress = 100 }
            if operation == .retry || operation == .reset { progress = 0 }
            return true
        }
    }

    private enum Operation: CaseIterable {
        case schedule, start, pause, resume, complete, fail, partial, cancel, retry, reset, progress
    }

    /// A generator that gives the same numbers for the same seed.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    @Test(arguments: 1...4)
    func `any sequence of operations ends where the table says`(seed: Int) async throws {
        let fixture = try EngineFixture()
        let (service, ann) = (fixture.service, fixture.actor)
        var numbers = Numbers(state: UInt64(seed))
        for _ in 0..<6 {
            let id = try await service.createExternalJob(name: "random", as: ann).id
            var expected = Expected()
            var changes = 1
            for _ in 0..<12 {
                guard let operation = Operation.allCases.randomElement(using: &numbers) else { continue }
                let before = try await service.getJob(id, as: ann)
                let allowed = expected.apply(operation)
                do throws(JobError) {
                    try await perform(operation, id, service, ann)
                    #expect(allowed, "\(operation) from \(before.state)")
                } catch {
                    #expect(!allowed, "\(operation) from \(before.state): \(error)")
                    #expect(error.code == .invalidTransition)
                }
                let after = try await service.getJob(id, as: ann)
                #expect(after.state == expected.state)
                #expect(after.progress == expected.progress)
                if after.version == before.version { #expect(after == before) } else { changes += 1 }
            }
            let events = try await service.listEvents(id, as: ann)
            #expect(events.count == changes)
            #expect(events.last { $0.toState != nil }?.toState == expected.state)
        }
        let report = try await service.verifyEvents(as: ann)
        #expect(report.isSound, "\(report.findings.prefix(3))")
    }

    private func perform(
        _ operation: Operation,
        _ id: JobID,
        _ service: JobService,
        _ ann: Actor
    ) async throws(JobError) {
        switch operation {
        case .schedule: _ = try await service.scheduleJob(id, at: .distant, as: ann)
        case .start: _ = try await service.startJob(id, as: ann)
        case .pause: _ = try await service.pauseJob(id, as: ann)
        case .resume: _ = try await service.resumeJob(id, as: ann)
        case .complete: _ = try await service.completeJob(id, as: ann)
        case .fail: _ = try await service.failJob(id, errorMessage: "no", as: ann)
        case .partial: _ = try await service.markPartial(id, errorMessage: "half", as: ann)
        case .cancel: _ = try await service.cancelJob(id, as: ann)
        case .retry: _ = try await service.retryJob(id, as: ann)
        case .reset: _ = try await service.resetJob(id, as: ann)
        case .progress: _ = try await service.updateProgress(id, to: 40, as: ann)
        }
    }
}
