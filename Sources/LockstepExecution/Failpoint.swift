internal import Glibc
internal import Synchronization

/// The moments at which a test may let the program die: `LOCKSTEP_FAILPOINT=name[:nth]`, in debug builds only.
///
/// The process gets SIGKILL when it comes there for the nth time, the first unless said otherwise.
package enum Failpoint: String, Sendable, CaseIterable {
    case beforeAttemptRecorded = "before-attempt-recorded"
    case afterAttemptRecorded = "after-attempt-recorded"
    case afterFolderMade = "after-folder-made"
    case afterSupervisorStarted = "after-supervisor-started"
    case afterStepEnded = "after-step-ended"
    case afterOutputsCollected = "after-outputs-collected"
    case beforeResultRecorded = "before-result-recorded"
    case afterResultRecorded = "after-result-recorded"
    case beforeSettled = "before-settled"
    case afterSettled = "after-settled"
    case beforeTakeoverRecorded = "before-takeover-recorded"
    case afterTakeoverRecorded = "after-takeover-recorded"
    case afterAttemptLost = "after-attempt-lost"
    case afterRetryRecorded = "after-retry-recorded"
    case beforeCallRecorded = "before-call-recorded"
    case afterCallRecorded = "after-call-recorded"
    case beforeLoopGathered = "before-loop-gathered"
    case beforeRowsStarted = "before-rows-started"
    case afterRowsStarted = "after-rows-started"
    case beforeTickRecorded = "before-tick-recorded"
    case afterTickRecorded = "after-tick-recorded"
    case withinTick = "within-tick"

    /// Ends the process here when the environment asks for it.
    package func reach() {
        #if DEBUG
            guard let wanted = Self.wanted, wanted.name == rawValue else { return }
            guard Self.count.add(1, ordering: .relaxed).newValue == wanted.number else { return }
            kill(getpid(), SIGKILL)
        #endif
    }

    #if DEBUG
        private static let count = Atomic<Int>(0)

        private static let wanted: (name: String, number: Int)? = {
            guard let text = getenv("LOCKSTEP_FAILPOINT") else { return nil }
            let parts = String(cString: text).split(separator: ":", maxSplits: 1)
            guard let name = parts.first else { return nil }
            return (String(name), parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
        }()
    #endif
}
