internal import Dispatch

/// An attempt that its runner has left behind, alive or dead.
package enum AbandonedAttempt {
    /// Ends an attempt that nobody wants any more; returns when nothing of it lives.
    ///
    /// - Parameter folder: Of the attempt, absolute path; there may be none.
    package static func end(in folder: String) async {
        let layout = AttemptLayout(folder: folder)
        guard let claim = try? AttemptClaim(layout) else { return }
        if !claim.take() {
            let stop = StopSignal()
            stop.stopNow()
            guard await wait(for: claim, layout, ProgressReader(layout: layout), stop: stop, onProgress: { _ in })
            else {
                return
            }
        }
        await SandboxRemains(layout: layout).end()
    }

    /// Waits until the lock is free.
    ///
    /// - Returns: False when whoever holds it does not turn out to be the attempt's supervisor.
    static func wait(
        for claim: AttemptClaim,
        _ layout: AttemptLayout,
        _ first: ProgressReader,
        stop: StopSignal,
        onProgress: @Sendable (StepProgress) async -> Void
    ) async -> Bool {
        var reader = first
        var supervisor: SupervisorProcess?
        var looksLeft = looks
        defer { stop.connect(nil) }
        while true {
            if supervisor == nil {
                supervisor = SupervisorProcess.named(by: layout)
                if let supervisor { stop.connect(supervisor) }
            }
            if let progress = reader.read() { await onProgress(progress) }
            await pause()
            if claim.take() { return true }
            guard supervisor == nil else { continue }
            // A supervisor names itself in the file within moments of taking the lock.
            looksLeft -= 1
            guard looksLeft <= 0 else { continue }
            // Before it reads its order, too: one that has no name when the order is gone never starts the step.
            AttemptClaim.removeOrder(layout)
            if SupervisorProcess.named(by: layout) == nil { return false }
        }
    }

    /// How often to look for the name of whoever holds a lock.
    private static let looks = 40

    /// Not a task's sleep: a cancelled task would not sleep, and the attempt must be awaited all the same.
    private static func pause() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(50)) { continuation.resume() }
        }
    }
}
