internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore
internal import Synchronization

/// Steps with `for_each`: the items, several at once, and the gathering of what they made.
extension JobRun {
    /// The most bytes of one value that a variable may hold, as JSON.
    static let gatheredLimit = 16 << 20

    /// What a loop does beside this run, one for each item that is being worked on.
    private enum LoopReport: Sendable {
        case attempted(StartedAttempt, Result<StepOutcome, ExecutionError>)
        case called(place: Int, Result<CalledEnd, JobError>)
        /// The wait before a further attempt is over; false when somebody wants the job to rest or to end.
        case due(place: Int, Bool)
    }

    /// Where a loop is.
    private struct LoopState {
        /// Items that need nothing more in this run, because an earlier runner has settled or this one has adopted them.
        var taken: Set<Int> = []
        /// Items of an earlier run that have a row already.
        var stored: [Int: StepStatus] = [:]
        /// The first item that was not looked at yet.
        var next = 0
        var running = 0
        /// Why no further item starts; the first reason counts.
        var failure: StepFailure?
        var isResting = false
        /// Why items failed, the first ones.
        var failures: [String] = []

        var mayStart: Bool { failure == nil && !isResting }
    }

    /// Runs a step once for each item of its list.
    ///
    /// - Returns: As for a step without items; a failed one whose items were allowed to fail has its outputs all the same.
    mutating func runLoop(_ index: Int, _ loop: StepLoop) async throws(JobError) -> StepEnd {
        do throws(StepLoopError) {
            loopItems = try loop.items(in: scope(of: index))
        } catch {
            return .failed(
                StepFailure(.validationError, "Step \(job.steps[index].id) was not started: \(error.message)")
            )
        }
        defer {
            loopItems = []
            items = [:]
        }
        var state = LoopState()
        try await restore(index, into: &state)
        beginLoop(index, state)
        for place in inherited.keys.sorted() where StepPlace.step(of: place) == index {
            guard let attempt = inherited.removeValue(forKey: place) else { continue }
            let item = StepPlace.itemIndex(of: place) ?? 0
            state.taken.insert(item)
            let end = try await adopt(attempt, try tool(at: place), definition(at: place))
            if case .again = end { state.taken.remove(item) } else { note(end, of: place, index, &state) }
        }
        if let error = await work(index, loop, &state) { throw error }
        leaveOpenItems(isResting: state.failure == nil)
        if let failure = state.failure { return .failed(failure) }
        if state.isResting { return .notStarted }
        return try await endLoop(index, state)
    }

    /// Finds out what earlier runners of this run have done.
    private mutating func restore(_ index: Int, into state: inout LoopState) async throws(JobError) {
        do throws(StoreError) {
            state.stored = Dictionary(
                try await context.store.itemStatuses(of: job.id, step: index)
                    .map { (StepPlace.itemIndex(of: $0.key) ?? 0, $0.value) },
                uniquingKeysWith: { first, _ in first }
            )
            let open = try await context.store.items(
                of: job.id,
                step: index,
                [.running, .pending],
                limit: loopItems.count
            )
            for item in open { items[item.sequenceNumber] = item }
            if state.stored.values.contains(.failed) {
                let failed = try await context.store.items(of: job.id, step: index, [.failed], limit: 1)
                state.failures = failed.compactMap(\.errorMessage)
            }
        } catch {
            throw JobError(error)
        }
        state.taken = Set(state.stored.filter { $0.value == .completed || $0.value == .failed }.keys)
    }

    private mutating func beginLoop(_ index: Int, _ state: LoopState) {
        let counted = state.stored.filter { loopItems.indices.contains($0.key) }.values
        job.steps[index].items = StepItems(
            total: loopItems.count,
            completed: counted.count { $0 == .completed },
            failed: counted.count { $0 == .failed }
        )
        guard job.steps[index].status != .running else { return write(index) }
        let now = context.now()
        begin(index, at: now)
        pending.events.append(
            event("step.started", data: stepData(index, ["items": .integer(Int64(loopItems.count))]), at: now)
        )
        onUpdate(.step(index: index, job.steps[index]))
    }

    /// Takes items that wait for their next attempt, or for their first, back to where they can be gone on with, or skips them.
    private mutating func leaveOpenItems(isResting: Bool) {
        for place in items.keys.sorted() {
            let before = self[step: place]
            guard before.status == .running || before.status == .pending && !isResting else { continue }
            self[step: place] = before.anew
            self[step: place].waiting = isResting ? before.waiting : nil
            if !isResting { self[step: place].status = .skipped }
            write(place)
        }
    }

    /// Works on all items, at most so many at once as the loop says.
    ///
    /// - Returns: What keeps the run from going on; nothing of the loop runs any more then.
    private mutating func work(_ index: Int, _ loop: StepLoop, _ state: inout LoopState) async -> JobError? {
        await withTaskGroup(of: LoopReport.self) { group in
            var trouble: JobError?
            var report: LoopReport?
            repeat {
                do throws(JobError) {
                    if let report {
                        state.running -= 1
                        try await take(report, &group, index, &state)
                    }
                    try await fill(&group, index, loop, &state)
                    // What has ended is not kept back until another item starts, which may be never.
                    if trouble == nil { try await flushNews() }
                } catch {
                    trouble = trouble ?? error
                    state.failure = state.failure ?? StepFailure(error.code, error.message)
                    // Somebody else has the job now; what runs would be nobody's.
                    if error.code == .concurrencyError { stop.stopNow() }
                }
                report = await group.next()
            } while report != nil
            return trouble
        }
    }

    private mutating func fill(
        _ group: inout TaskGroup<LoopReport>,
        _ index: Int,
        _ loop: StepLoop,
        _ state: inout LoopState
    ) async throws(JobError) {
        while state.running < loop.maxParallel, state.mayStart {
            while state.next < loopItems.count, state.taken.contains(state.next) { state.next += 1 }
            guard state.next < loopItems.count else { return }
            if stop.request > .none {
                state.failure = stopFailure
                return
            }
            if job.state == .paused {
                state.isResting = true
                return
            }
            let place = StepPlace.item(state.next, of: index)
            if state.stored[state.next] == nil { unstoredItems.insert(place) }
            state.next += 1
            if let wait = self[step: place].waiting {
                self.wait(for: place, wait, &group, &state)
            } else {
                try await start(place, &group, index, &state)
            }
        }
    }

    private mutating func start(
        _ place: Int,
        _ group: inout TaskGroup<LoopReport>,
        _ index: Int,
        _ state: inout LoopState
    ) async throws(JobError) {
        let definition = definition(at: place)
        if job.steps[index].callsWorkflow {
            switch try await startCall(of: place, definition) {
            case .over(let end): note(end, of: place, index, &state)
            case .started(let call):
                state.running += 1
                group.addTask { [self] in .called(place: place, await carryOut(call)) }
            }
            return
        }
        switch try await startAttempt(of: place, try tool(at: place), definition) {
        case .over(let end): note(end, of: place, index, &state)
        case .started(let started):
            state.running += 1
            group.addTask { [self] in .attempted(started, await carryOut(started)) }
        }
    }

    private func wait(
        for place: Int,
        _ wait: StepWait,
        _ group: inout TaskGroup<LoopReport>,
        _ state: inout LoopState
    ) {
        state.running += 1
        group.addTask { [self] in .due(place: place, await waitUntilDue(wait)) }
    }

    private mutating func take(
        _ report: LoopReport,
        _ group: inout TaskGroup<LoopReport>,
        _ index: Int,
        _ state: inout LoopState
    ) async throws(JobError) {
        switch report {
        case .attempted(let started, let result):
            let place = started.attempt.sequenceNumber
            let end = await conclude(started, result)
            guard case .again = end, state.mayStart else { return note(end, of: place, index, &state) }
            if let wait = self[step: place].waiting {
                try await flushNews()
                self.wait(for: place, wait, &group, &state)
            } else {
                try await start(place, &group, index, &state)
            }
        case .called(let place, let result):
            note(concludeCall(of: place, result), of: place, index, &state)
        case .due(let place, let isDue):
            guard isDue, state.mayStart else {
                if state.mayStart { state.isResting = stop.request == .none }
                if stop.request > .none { state.failure = state.failure ?? stopFailure }
                return
            }
            try await start(place, &group, index, &state)
        }
    }

    /// Takes over how an item went.
    private mutating func note(_ end: StepEnd, of place: Int, _ index: Int, _ state: inout LoopState) {
        switch end {
        case .succeeded:
            job.steps[index].items?.completed += 1
            write(index)
            noteProgress(after: place)
            items[place] = nil
        case .again: break
        case .notStarted: state.isResting = true
        case .failed(let failure):
            if failure.code != .cancelled { job.steps[index].items?.failed += 1 }
            fail(place, failure)
            write(index)
            if state.failures.count < 20 { state.failures.append(failure.message) }
            let isTolerated = definition(at: place).failurePolicy == .continue && failure.isOfStep
            if !isTolerated || stop.request > .none { state.failure = state.failure ?? failure }
            items[place] = nil
        }
        if items[place] == nil {
            attemptNumbers[place] = nil
            losses[place] = nil
            tries[place] = nil
        }
        job.steps[index].progress = job.steps[index].items?.percent
        onUpdate(.step(index: index, job.steps[index]))
    }

    /// Gathers what the items have made, in their order, and ends the step.
    private mutating func endLoop(_ index: Int, _ state: LoopState) async throws(JobError) -> StepEnd {
        try await flushNews()
        Failpoint.beforeLoopGathered.reach()
        let definition = definition(at: index)
        let gathered = Mutex(GatheredOutputs(definition.outputMappings, count: loopItems.count))
        do throws(StoreError) {
            try await context.store.forEachItemOutput(of: job.id, step: index) { item, outputs in
                gathered.withLock { $0.take(item, outputs) }
            }
        } catch {
            throw JobError(error)
        }
        let found = gathered.withLock { $0 }
        if let output = found.excess {
            return .failed(
                StepFailure(
                    .resourceLimit,
                    "Step \(definition.id): its \(loopItems.count) items made more than \(ByteCount(Int64(Self.gatheredLimit))) "
                        + "for `\(output)` together, which is more than one value may take; let the tool write files instead."
                )
            )
        }
        job.steps[index].outputData = found.values
        guard state.failures.isEmpty else {
            let failed = job.steps[index].items?.failed ?? 0
            let what = failed == 1 ? "One of its \(loopItems.count) items" : "\(failed) of its \(loopItems.count) items"
            return .failed(StepFailure(.stepFailed, "\(what) failed. The first: \(state.failures[0])"))
        }
        let now = context.now()
        job.steps[index].status = .completed
        job.steps[index].completedAt = now
        write(index)
        keepOutputs(found.values, of: definition, at: index)
        noteProgress(after: index)
        pending.events.append(event("step.finished", data: stepData(index, ["status": "COMPLETED"]), at: now))
        onUpdate(.step(index: index, job.steps[index]))
        return .succeeded
    }
}
