import LockstepModel
import Testing

struct StepRetryPolicyTests {
    @Test(arguments: [(1, 1000), (2, 3000), (3, 9000), (4, 20_000), (5, 20_000), (1_000_000, 20_000)])
    func `The wait grows by its factor up to its limit`(failures: Int, expected: Int64) {
        let policy = StepRetryPolicy(factor: 3, maxBackoff: DurationText(milliseconds: 20_000))
        #expect(policy.delay(after: failures, seed: "job/step").milliseconds == expected)
    }

    @Test
    func `A factor of 1 always waits the same`() {
        let policy = StepRetryPolicy(backoff: DurationText(milliseconds: 250), factor: 1)
        #expect((1...50).allSatisfy { policy.delay(after: $0, seed: "x").milliseconds == 250 })
    }

    @Test
    func `Jitter is the same for the same job, step and number, differs for others, and only ever shortens`() {
        let policy = StepRetryPolicy(
            backoff: DurationText(milliseconds: 1_000_000),
            factor: 1,
            maxBackoff: .init(milliseconds: 1_000_000),
            jitter: 0.5
        )
        let seeds = (0..<200).map { "job_\($0)/fetch" }
        let waits = seeds.map { policy.delay(after: 1, seed: $0).milliseconds }
        #expect(waits == seeds.map { policy.delay(after: 1, seed: $0).milliseconds })
        #expect(waits.allSatisfy { (500_000...1_000_000).contains($0) })
        #expect(Set(waits).count > 190)
        #expect((waits.min() ?? 0) < 520_000 && (waits.max() ?? 0) > 980_000, "not spread: \(waits.sorted())")
        let numbers = (1...20).map { policy.delay(after: $0, seed: "job/step").milliseconds }
        #expect(Set(numbers).count > 15)
    }

    @Test
    func `Without a filter every end is covered, with one only its codes`() {
        #expect(StepRetryPolicy().covers(exitCode: 1) && StepRetryPolicy().covers(exitCode: nil))
        let policy = StepRetryPolicy(exitCodes: [75, 137])
        #expect(policy.covers(exitCode: 75) && policy.covers(exitCode: 137))
        #expect(!policy.covers(exitCode: 1) && !policy.covers(exitCode: nil))
    }

    @Test(arguments: [(0, 5000), (2000, 3000), (5000, 0), (900_000, 0), (-900_000, 5000)])
    func `What is left of a wait is bounded by all of it, whatever the clock says`(moved: Int64, expected: Int64) {
        let begin: Int64 = 1_700_000_000_000
        let wait = StepWait(
            attempt: 2,
            of: 3,
            delay: DurationText(milliseconds: 5000),
            until: Instant(milliseconds: begin + 5000)
        )
        #expect(wait.rest(at: Instant(milliseconds: begin + moved)).milliseconds == expected)
        #expect(StepWait(json: wait.json) == wait)
    }
}
