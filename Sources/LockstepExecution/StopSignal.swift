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
        var target: SupervisorProcess?
    }

    private let state = Mutex(State())

    package init() {}

    package var request: Request { state.withLock { $0.request } }

    /// Lets the tool end by itself, within its grace.
    package func stop() { raise(to: .graceful) }

    /// Kills the step.
    package func stopNow() { raise(to: .now) }

    private func raise(to request: Request) {
        let target = state.withLock { state -> SupervisorProcess? in
            guard request > state.request else { return nil }
            state.request = request
            return state.target
        }
        target?.obey(request)
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
