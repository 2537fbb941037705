import LockstepModel
import Testing

struct RetryPolicyTests {
    @Test(arguments: [(1, 1000), (2, 2000), (3, 4000), (9, 256_000), (10, 300_000), (15, 300_000), (1000, 300_000)])
    func `The wait doubles up to its limit`(failures: Int, longest: Int64) {
        let policy = RetryPolicy()
        #expect(policy.delay(after: failures, jitter: 1) == longest)
        #expect(policy.delay(after: failures, jitter: 0) == longest / 2)
    }

    @Test(arguments: [-1.0, 0.5, 0.999, 7.0])
    func `A wait is at least half and never more than all of it`(jitter: Double) {
        for failures in [0, 1, 5, 40, .max] {
            let delay = RetryPolicy().delay(after: failures, jitter: jitter)
            #expect((500...300_000).contains(delay))
        }
    }
}
