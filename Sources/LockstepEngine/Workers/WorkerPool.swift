internal import LockstepExecution
internal import LockstepModel

/// A bounded number of slots, given to lanes by ``FairShare``.
struct WorkerPool: Sendable {
    /// How many pieces of work are done at the same time at most.
    let slots: Int
    /// How often lanes are looked at.
    var pause = Duration.milliseconds(250)

    private enum Event: Sendable {
        case ended(FairShare<String>.Candidate, Result<Void, JobError>)
        case tick
    }

    /// Gives out slots until `lanes` says that there are no more, and everything that was begun is over.
    ///
    /// - Parameters:
    ///   - lanes: The lanes there are now; nil ends it. Called at the beginning, and at every look.
    ///   - mayBegin: Asked before each piece of work, so that it must be quick.
    ///   - onFailure: Gets what keeps a lane from going on; the lane gets no further slot.
    func run(
        lanes find: () async throws(JobError) -> [any WorkLane]?,
        mayBegin: () -> Bool = { true },
        onFailure: (String, JobError) -> Void
    ) async throws(JobError) {
        let pause = pause
        let result: Result<Void, JobError> = await withTaskGroup(of: Event.self) { group in
            var share = FairShare<String>()
            var broken: Set<String> = []
            var lanes: [any WorkLane] = []
            var isOpen = true
            func tick() {
                group.addTask {
                    try? await Task.sleep(for: pause)
                    return .tick
                }
            }
            do throws(JobError) {
                lanes = try await find() ?? []
                isOpen = !lanes.isEmpty
                tick()
                while true {
                    var candidates = lanes.filter { !broken.contains($0.id) }.map {
                        FairShare<String>.Candidate(lane: $0.id, tenant: $0.tenant, limit: $0.limit)
                    }
                    while isOpen, mayBegin(), share.taken < slots, let turn = share.next(among: candidates) {
                        guard let lane = lanes.first(where: { $0.id == turn.lane }) else { break }
                        do throws(JobError) {
                            if let work = try await lane.next() {
                                share.take(turn)
                                group.addTask { .ended(turn, await work.perform()) }
                                continue
                            }
                        } catch {
                            broken.insert(lane.id)
                            onFailure(lane.id, error)
                        }
                        candidates.removeAll { $0.lane == turn.lane }
                    }
                    if !isOpen && share.taken == 0 { break }
                    switch await group.next() {
                    case .ended(let turn, let end):
                        share.give(back: turn)
                        if case .failure(let error) = end, broken.insert(turn.lane).inserted {
                            onFailure(turn.lane, error)
                        }
                        // Whoever waits for the end of the last one should not wait for the next look.
                        guard share.taken == 0 else { continue }
                    case .tick, nil:
                        for lane in lanes { try await lane.look() }
                        tick()
                    }
                    guard let found = try await find() else {
                        isOpen = false
                        continue
                    }
                    lanes = found
                    let ids = Set(found.map(\.id))
                    broken.formIntersection(ids)
                    share.keep(ids)
                }
                group.cancelAll()
                return .success(())
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        try result.get()
    }
}
