internal import Dispatch

/// Starts of processes, one at a time.
///
/// Foundation's `Process` notices a child's end by a socket that the child inherits. A second child that is started between
/// the making of that socket and its closing inherits it too, and the first one's end is then noticed only when the
/// second one ends as well. Starting also blocks for a millisecond or more, which a task's thread should not.
enum ProcessStarts {
    private static let queue = DispatchQueue(label: "lockstep.process-starts", qos: .userInitiated)

    /// Runs a piece of work that starts a process.
    static func perform<Value: Sendable>(_ start: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: start()) }
        }
    }

    /// The same, for nobody who waits.
    static func later(_ start: @escaping @Sendable () -> Void) { queue.async(execute: start) }
}
