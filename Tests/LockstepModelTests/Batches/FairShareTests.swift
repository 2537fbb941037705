import Testing

@testable import LockstepModel

struct FairShareTests {
    private typealias Share = FairShare<String>

    /// Gives out slots until nothing is left, and returns the lanes in the order they got one.
    private func served(
        _ candidates: [Share.Candidate],
        slots: Int,
        from share: inout Share
    ) -> [String] {
        var order: [String] = []
        for _ in 0..<slots {
            guard let turn = share.next(among: candidates) else { break }
            share.take(turn)
            order.append(turn.lane)
        }
        return order
    }

    @Test func `Tenants get equal shares whatever the number of their lanes`() {
        var share = Share()
        let candidates =
            ["a1", "a2", "a3"].map { Share.Candidate(lane: $0, tenant: "a", limit: 9) }
            + [Share.Candidate(lane: "b1", tenant: "b", limit: 9)]
        let order = served(candidates, slots: 6, from: &share)
        #expect(order.count { $0 == "b1" } == 3)
        #expect(Set(order) == ["a1", "a2", "a3", "b1"])
    }

    @Test func `Lanes of a tenant take turns when slots become free one by one`() {
        var share = Share()
        let candidates = ["x", "y", "z"].map { Share.Candidate(lane: $0, tenant: "t", limit: 5) }
        var order: [String] = []
        for _ in 0..<6 {
            guard let turn = share.next(among: candidates) else { break }
            share.take(turn)
            order.append(turn.lane)
            share.give(back: turn)
        }
        #expect(order == ["x", "y", "z", "x", "y", "z"])
    }

    @Test func `A lane never gets more than its limit`() {
        var share = Share()
        let candidates = [
            Share.Candidate(lane: "small", tenant: "t", limit: 1),
            Share.Candidate(lane: "large", tenant: "t", limit: 3),
        ]
        #expect(served(candidates, slots: 9, from: &share).sorted() == ["large", "large", "large", "small"])
        #expect(share.taken == 4)
    }

    @Test func `A tenant that comes late is served before those that hold slots`() {
        var share = Share()
        let early = Share.Candidate(lane: "early", tenant: "a", limit: 9)
        for _ in 0..<3 { share.take(early) }
        let late = Share.Candidate(lane: "late", tenant: "b", limit: 9)
        #expect(share.next(among: [early, late])?.lane == "late")
    }

    @Test func `Slots that were given back are free again`() {
        var share = Share()
        let lane = Share.Candidate(lane: "l", tenant: "t", limit: 1)
        share.take(lane)
        #expect(share.next(among: [lane]) == nil)
        share.give(back: lane)
        #expect(share.next(among: [lane])?.lane == "l")
        #expect(share.taken == 0)
    }
}
