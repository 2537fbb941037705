import Testing

@testable import LockstepModel

struct BatchCountsTests {
    private func counts(_ rows: [BatchRowState: Int]) -> BatchCounts {
        var counts = BatchCounts()
        for (state, number) in rows { counts[state] = number }
        return counts
    }

    @Test func `A batch ends as its rows did`() {
        #expect(counts([.completed: 3]).ending == .completed)
        #expect(counts([.completed: 2, .failed: 1]).ending == .partial)
        #expect(counts([.completed: 2, .refused: 1]).ending == .partial)
        #expect(counts([.partial: 2]).ending == .partial)
        #expect(counts([.failed: 2, .refused: 1]).ending == .failed)
        #expect(counts([.failed: 2, .cancelled: 1]).ending == .failed)
    }

    @Test func `Rows that are over are counted, however they ended`() {
        let found = counts([
            .pending: 1, .queued: 2, .running: 3, .completed: 4, .failed: 5, .cancelled: 6, .refused: 7,
        ])
        #expect(found.done == 22)
        #expect(found.total == 28)
        #expect(found.retryable == 18)
    }
}
