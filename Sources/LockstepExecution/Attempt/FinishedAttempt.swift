internal import Dispatch

/// An attempt whose result has been recorded.
package enum FinishedAttempt {
    /// Removes what the tool worked on and was given; logs, events and the exit record stay.
    ///
    /// To be called when the outputs are durable. What cannot be removed stays, and costs only room.
    package static func discardWork(in attemptFolder: String) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                for name in ["work", "in", "checkpoint", "tmp"] {
                    try? FolderRemoval.remove("\(attemptFolder)/\(name)")
                }
                continuation.resume()
            }
        }
    }
}
