internal import Glibc
internal import Synchronization

/// Asks a step to end. May be used before, during and after the step, from any thread, any number of times.
package final class StopSignal: Sendable {
    /// How hard the step is asked.
    package enum Request: Int, Sendable, Comparable {
        case none
        /// The tool gets TERM, and KILL when its grace is over.
        case graceful
        /// Everything is killed.
        case now

        package static func < (one: Request, other: Request) -> Bool { one.rawValue < other.rawValue }
    }

    private struct State {
        var request = Request.none
        /// Whether only what is urgent counts.
        var isShielded = false
        var target: SupervisorProcess?
        var followers: [StopSignal] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var request: Request { state.withLock { $0.request } }

    /// Lets the tool end by itself, within its grace.
    package func stop() { raise(to: .graceful) }

    /// Kills the step.
    package func stopNow() { raise(to: .now) }

    /// Forgets a graceful stop and lets through none from now on, so that what cleans up after it can run; ``stopNow()`` still counts.
    package func shield() {
        state.withLock { state in
            state.isShielded = true
            if state.request == .graceful { state.request = .none }
        }
    }

    /// A signal of its own that is raised whenever this one is; to be given back with ``release(_:)``.
    package func makeFollower() -> StopSignal {
        let follower = StopSignal()
        let request = state.withLock { state in
            state.followers.append(follower)
            return state.request
        }
        if request > .none { follower.raise(to: request) }
        return follower
    }

    package func release(_ follower: StopSignal) {
        state.withLock { $0.followers.removeAll { $0 === follower } }
    }

    private func raise(to request: Request) {
        let (target, followers) = state.withLock { state -> (SupervisorProcess?, [StopSignal]) in
            guard request > state.request, !state.isShielded || request == .now else { return (nil, []) }
            state.request = request
            return (state.target, state.followers)
        }
        target?.obey(request)
        for follower in followers { follower.raise(to: request) }
    }

    /// Hands over the process that requests go to, also one that was made earlier; nil when the step is over.
    func connect(_ process: SupervisorProcess?) {
        let request = state.withLock { state -> Request in
            state.target = process
            return state.request
        }
        process?.obey(request)
    }
}

extension SupervisorProcess {
    fileprivate func obey(_ request: StopSignal.Request) {
        switch request {
        case .none: break
        case .graceful: send(SIGTERM)
        case .now: send(SIGINT)
        }
    }
}
