/// Whose turn it is when there are fewer slots than work: a slot goes to the tenant that has the fewest, and in it to the
/// lane that has the fewest; among equals to the one that was served longest ago.
package struct FairShare<Lane: Hashable & Sendable>: Sendable {
    /// A lane that has work.
    package struct Candidate: Sendable {
        package var lane: Lane
        package var tenant: String
        /// How many slots it may have at most.
        package var limit: Int

        package init(lane: Lane, tenant: String, limit: Int) {
            self.lane = lane
            self.tenant = tenant
            self.limit = limit
        }
    }

    private var running: [Lane: Int] = [:]
    private var runningOfTenant: [String: Int] = [:]
    private var served: [Lane: Int] = [:]
    private var servedTenant: [String: Int] = [:]
    private var turn = 0

    package init() {}

    /// How many slots are taken.
    package var taken: Int { runningOfTenant.values.reduce(0, +) }

    package func slots(of lane: Lane) -> Int { running[lane] ?? 0 }

    /// The lane that gets the next free slot; nil when none may have one.
    package func next(among candidates: [Candidate]) -> Candidate? {
        candidates.filter { slots(of: $0.lane) < $0.limit }.min { order($0) < order($1) }
    }

    private func order(_ candidate: Candidate) -> (Int, Int, Int, Int) {
        (
            runningOfTenant[candidate.tenant] ?? 0, servedTenant[candidate.tenant] ?? 0,
            slots(of: candidate.lane), served[candidate.lane] ?? 0
        )
    }

    package mutating func take(_ candidate: Candidate) {
        turn += 1
        running[candidate.lane, default: 0] += 1
        runningOfTenant[candidate.tenant, default: 0] += 1
        served[candidate.lane] = turn
        servedTenant[candidate.tenant] = turn
    }

    /// To be called once for each ``take(_:)``.
    package mutating func give(back candidate: Candidate) {
        if let left = running[candidate.lane], left > 1 {
            running[candidate.lane] = left - 1
        } else {
            running[candidate.lane] = nil
        }
        if let left = runningOfTenant[candidate.tenant], left > 1 {
            runningOfTenant[candidate.tenant] = left - 1
        } else {
            runningOfTenant[candidate.tenant] = nil
        }
    }

    /// Forgets lanes that are no more.
    package mutating func keep(_ lanes: Set<Lane>) {
        served = served.filter { lanes.contains($0.key) || running[$0.key] != nil }
    }
}
