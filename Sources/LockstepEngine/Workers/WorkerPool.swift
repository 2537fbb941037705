internal import LockstepExecution
internal import LockstepModel
internal import Synchronization

/// A bounded number of slots, given to lanes by ``FairShare``.
struct WorkerPool: Sendable {
    /// How many pieces of work are done at the same time at most.
    let slots: Int
    /// How often lanes are looked at.
    var pause = Duration.milliseconds(250)
    /// How long a lane gets no slot that could not go on, because the disk is full for example.
    var rest = Duration.seconds(5)

    private enum Event: Sendable {
        /// A slot is free; what had it is not over yet.
        case givenBack(FairShare<String>.Candidate)
        case ended(FairShare<String>.Candidate, Result<Void, JobError>, hadSlot: Bool)
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
        let (events, source) = AsyncStream<Event>.makeStream()
        await withDiscardingTaskGroup { group in
            var news = events.makeAsyncIterator()
            var share = FairShare<String>()
            var resting: [String: ContinuousClock.Instant] = [:]
            var lanes: [any WorkLane] = []
            var isOpen = true
            // Pieces of work that are not over, with a slot or without.
            var begun = 0
            func tick() {
                group.addTask {
                    try? await Task.sleep(for: pause)
                    source.yield(.tick)
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
                            begun += 1
                            group.addTask {
                                let hasSlot = Mutex(true)
                                let giveUp: @Sendable () -> Bool = {
                                    hasSlot.withLock { hasSlot in
                                        defer { hasSlot = false }
                                        return hasSlot
                                    }
                                }
                                let end = await work.perform { if giveUp() { source.yield(.givenBack(turn)) } }
                                source.yield(.ended(turn, end, hadSlot: giveUp()))
                            }
                            continue
                        }
                    } catch {
                        fail(lane.id, error)
                    }
                    candidates.removeAll { $0.lane == turn.lane }
                }
                if !isOpen && begun == 0 { break }
                switch await news.next() {
                case .givenBack(let turn):
                    share.give(back: turn)
                    continue
                case .ended(let turn, let end, let hadSlot):
                    begun -= 1
                    if hadSlot { share.give(back: turn) }
                    if case .failure(let error) = end { fail(turn.lane, error) }
                    // Whoever waits for the end of the last one should not wait for the next look.
                    guard begun == 0 else { continue }
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
