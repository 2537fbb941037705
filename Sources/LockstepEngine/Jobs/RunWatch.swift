internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore
internal import Synchronization

/// Looks after a run from beside: stops it at its deadline, or when another process wants it to stop.
final class RunWatch: Sendable {
    private struct State {
        var runNumber = 0
        /// Measured by a clock that nobody can set.
        var end: ContinuousClock.Instant?
        var hasBegun = false
        var hasTimedOut = false
        var isPaused = false
    }

    private let state = Mutex(State())
    private static let pause = Duration.milliseconds(500)

    /// Whether the run was stopped because of its deadline.
    var hasTimedOut: Bool { state.withLock { $0.hasTimedOut } }

    /// Whether somebody has paused the job, as far as it was looked at.
    var isPaused: Bool { state.withLock { $0.isPaused } }

    /// To be called when the start of the run is recorded.
    ///
    /// - Parameter left: How long the run may still take; nil means for ever.
    func begin(runNumber: Int, left: Duration?) {
        state.withLock { state in
            state.runNumber = runNumber
            state.end = left.map { .now + $0 }
            state.hasBegun = true
        }
    }

    /// Notes that the run was over its deadline when it was taken over.
    func timeOut() { state.withLock { $0.hasTimedOut = true } }

    /// Looks twice a second, and at the deadline, until it is cancelled or has stopped the run.
    func run(_ id: JobID, context: EngineContext, stop: StopSignal) async {
        while !Task.isCancelled {
            let end = state.withLock { $0.end }
            let left = end.map { ContinuousClock.now.duration(to: $0) } ?? Self.pause
            try? await Task.sleep(for: max(.zero, min(Self.pause, left)))
            if Task.isCancelled { return }
            if let end, end <= .now {
                state.withLock { $0.hasTimedOut = true }
                stop.stop()
                return
            }
            if await isUnwanted(id, context) {
                stop.stop()
                return
            }
        }
    }

    /// Whether a cancellation was asked for, or the job was taken from this run.
    private func isUnwanted(_ id: JobID, _ context: EngineContext) async -> Bool {
        let (hasBegun, runNumber) = state.withLock { ($0.hasBegun, $0.runNumber) }
        guard hasBegun, let pulse = try? await context.store.pulse(of: id) else { return false }
        state.withLock { $0.isPaused = pulse.state == .paused }
        return pulse.isCancelRequested || !pulse.isDriven || pulse.runNumber != runNumber
    }
}
