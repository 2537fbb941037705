internal import Synchronization

/// What the executor waits for while a step runs, for one waiting task.
///
/// Not an `AsyncStream`: that one ends when the task is cancelled, but the step's end must be awaited even then.
final class AttemptEvents: Sendable {
    enum Event: Sendable {
        /// Time to look at what the tool wrote.
        case tick
        /// The supervisor is gone; nothing comes after it.
        case ended
    }

    private struct State {
        var hasEnded = false
        var hasTicked = false
        var waiter: CheckedContinuation<Event, Never>?
    }

    private let state = Mutex(State())

    func post(_ event: Event) {
        let waiter = state.withLock { state -> CheckedContinuation<Event, Never>? in
            switch event {
            case .tick: state.hasTicked = state.waiter == nil
            case .ended: state.hasEnded = true
            }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: event)
    }

    /// The next event; ticks that came while nobody waited are one.
    func next() async -> Event {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Event? in
                if state.hasEnded { return .ended }
                if state.hasTicked {
                    state.hasTicked = false
                    return .tick
                }
                state.waiter = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
