internal import LockstepExecution
internal import LockstepModel

/// A bounded number of slots, given to lanes by ``FairShare``.
struct WorkerPool: Sendable {
    /// How many pieces of work are done at the same time at most.
    let slots: Int
    /// How often lanes are looked at.
    var pause = Duration.milliseconds(250)
    /// How long a lane gets no slot that could not go on, because the disk is full for example.
    var rest = Duration.seconds(5)

    private enum Event: Sendable {
        case ended(FairShare<String>.Candidate, Result<Void, JobError>)
        case tick
    }

    /// Gives out slots until `lanes` says that there are no more, and everything that was begun is over.
    ///
    /// - Parameters:
    ///   - find: The lanes there are now; nil ends it. Called at the beginning, and at every look. When it throws, those that were
    ///     there stay.
    ///   - mayBegin: Asked before each piece of work, so that it must be quick.
    ///   - onFailure: Gets what keeps a lane from going on, by the lane's id; it is tried again after ``rest``.
    func run(
        lanes find: () async throws(JobError) -> [any WorkLane]?,
        mayBegin: () -> Bool = { true },
        onFailure: (String, JobError) -> Void
    ) async {
        let pause = pause
        await withTaskGroup(of: Event.self) { group in
            var share = FairShare<String>()
            var resting: [String: ContinuousClock.Instant] = [:]
            var lanes: [any WorkLane] = []
            var isOpen = true
            func tick() {
                group.addTask {
                    try? await Task.sleep(for: pause)
                    return .tick
                }
            }
            func fail(_ lane: String, _ error: JobError) {
                resting[lane] = .now + rest
                onFailure(lane, error)
            }
            func look() async {
                do throws(JobError) {
                    guard let found = try await find() else {
                        isOpen = false
                        return
                    }
                    lanes = found
                    share.keep(Set(found.map(\.id)))
                } catch {
                    onFailure("workers", error)
                }
            }
            await look()
            tick()
            while true {
                let now = ContinuousClock.now
                resting = resting.filter { $0.value > now }
                var candidates = lanes.filter { resting[$0.id] == nil }.map {
                    FairShare<String>.Candidate(lane: $0.id, tenant: $0.tenant, limit: $0.limit)
                }
                while isOpen, mayBegin(), share.taken < slots, let turn = share.next(among: candidates),
                    let lane = lanes.first(where: { $0.id == turn.lane })
                {
                    do throws(JobError) {
                        if let work = try await lane.next() {
                            share.take(turn)
                            group.addTask { .ended(turn, await work.perform()) }
                            continue
                        }
                    } catch {
                        fail(lane.id, error)
                    }
                    candidates.removeAll { $0.lane == turn.lane }
                }
                if !isOpen && share.taken == 0 { break }
                switch await group.next() {
                case .ended(let turn, let end):
                    share.give(back: turn)
                    if case .failure(let error) = end { fail(turn.lane, error) }
                    // Whoever waits for the end of the last one should not wait for the next look.
                    guard share.taken == 0 else { continue }
                case .tick, nil:
                    for lane in lanes {
                        do throws(JobError) { try await lane.look() } catch { fail(lane.id, error) }
                    }
                    tick()
                }
                await look()
            }
            group.cancelAll()
        }
    }
}
